-- Offices in cases hold while their grants do; an auditor sees the cases of the subtree.  SPDX-License-Identifier: Apache-2.0
drop function offices_at(uuid, uuid);
drop function case_organisations(uuid);

-- Where an account's roles stand to an organisation at that time.
create function offices_at(account_ uuid, organisation_ uuid, at_ timestamptz, out role text, out own boolean,
                           out superior boolean, out authority boolean) returns setof record language sql stable as $$
    select g.role, bool_or(a.distance = 0), bool_or(a.distance > 0 or g.organisation is null),
        bool_or(a.distance > 0 and organisation_approves(a.id))
    from account_grant g left join organisations_above(organisation_) a on a.id = g.organisation
    where g.account = account_ and (a.id is not null or g.organisation is null)
        and coalesce(g.from_at <= at_, true) and coalesce(g.until_at > at_, true) and coalesce(g.ended_at > at_, true)
    group by g.role
$$;

-- Organisations whose cases an account may see at that time by its roles: a member's role shows nobody else's.
create function case_organisations(account_ uuid, at_ timestamptz) returns setof uuid language sql stable as $$
    select distinct b.id
    from account_grant g
    join organisation o on o.id = g.organisation or (g.organisation is null and o.parent is null)
    cross join lateral organisations_below(o.id) b
    where g.account = account_ and g.role in ('branch_officer', 'committee_administrator', 'county_administrator',
                                              'security_administrator', 'audit_administrator', 'auditor')
        and coalesce(g.from_at <= at_, true) and coalesce(g.until_at > at_, true) and coalesce(g.ended_at > at_, true)
$$;
