-- Terms of grants, where statements judge by grants.  SPDX-License-Identifier: Apache-2.0
-- The grants of an account that hold at a time: the only place that says so to statements.
create function grants_held(account_ uuid, at timestamptz) returns setof account_grant language sql stable as $$
    select g.* from account_grant g
    where g.account = account_ and coalesce(g.ended_at > at, true) and coalesce(g.from_at <= at, true) and coalesce(g.until_at > at, true)
$$;

-- Whom a case may ask, and who sees it, by the grants that hold.
drop function offices_at(uuid, uuid);
create function offices_at(account_ uuid, organisation_ uuid, at timestamptz, out role text, out own boolean, out superior boolean,
                           out authority boolean) returns setof record language sql stable as $$
    select g.role, bool_or(a.distance = 0), bool_or(a.distance > 0 or g.organisation is null),
        bool_or(a.distance > 0 and organisation_approves(a.id))
    from grants_held(account_, at) g left join organisations_above(organisation_) a on a.id = g.organisation
    where a.id is not null or g.organisation is null
    group by g.role
$$;
drop function case_organisations(uuid);
create function case_organisations(account_ uuid, at timestamptz) returns setof uuid language sql stable as $$
    select distinct b.id
    from grants_held(account_, at) g
    join organisation o on o.id = g.organisation or (g.organisation is null and o.parent is null)
    cross join lateral organisations_below(o.id) b
    where g.role in ('branch_officer', 'committee_administrator', 'county_administrator', 'security_administrator',
                     'audit_administrator', 'auditor')
$$;
