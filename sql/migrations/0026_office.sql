-- Who holds which post, terms of office, the rules that organisations are measured by, and the ledger of membership.  SPDX-License-Identifier: Apache-2.0

-- What a change says of a post: held from its day on, or no longer. At a day and a moment, as organisation_fact.
create table office_fact (
    number      bigint not null references tree_change (number),
    organisation uuid not null references organisation,
    person      uuid not null references account,
    post        smallint not null,               -- enum post
    effective   date not null,
    holds       boolean not null,
    ordinal     integer not null default 0,
    primary key (organisation, person, post, number)
);
create index office_fact_person on office_fact (person);

-- Elections: from which day the leading body holds office, and for how many years.
create table organisation_term (
    number      bigint primary key references tree_change (number),
    organisation uuid not null references organisation,
    held_on     date not null,
    years       smallint not null
);
create index organisation_term_organisation on organisation_term (organisation, held_on);

-- What an organisation is measured by, in versions: at a day the greatest one that is effective.
create table organisation_rule (
    rule        text not null,
    version     integer not null,
    effective_from date not null,
    title       text not null,
    measure     smallint not null,               -- enum organisation_measure
    kinds       smallint[] not null,             -- enum organisation_kind; none: withdrawn
    members_least integer,                       -- only organisations with so many members
    members_most integer,
    least       integer,
    most        integer,
    clause      text not null,
    adopted_at  timestamptz not null,
    adopted_by  uuid not null,
    primary key (rule, version)
);

create function officers_at(day date, known timestamptz)
returns table (organisation uuid, person uuid, post smallint, ordinal integer, since date, number bigint)
language sql stable as $$
    select f.organisation, f.person, f.post, f.ordinal, f.effective, f.number
    from (
        select distinct on (f.organisation, f.person, f.post) f.*
        from office_fact f join tree_change c on c.number = f.number
        where f.effective <= day and (known = 'infinity' or c.recorded_at <= known)
        order by f.organisation, f.person, f.post, f.effective desc, f.number desc
    ) f where f.holds
$$;

create function organisation_rules_at(day date) returns setof organisation_rule language sql stable as $$
    select distinct on (rule) * from organisation_rule where effective_from <= day order by rule, version desc
$$;

-- The ledger of membership: each movement of a member from one place to another; the places are branches, in transit, left, and, where
-- he entered, nowhere. What stands at a place is what came less what went, and must be what the roster says.
create table membership_entry (
    entry       bigint generated always as identity primary key,
    number      bigint not null references tree_change (number), -- the change that moved him
    person      uuid not null references account,
    posted_at   timestamptz not null,
    from_standing smallint,                      -- enum membership_standing; null: entered
    from_organisation uuid,
    to_standing smallint not null,
    to_organisation uuid
);
create index membership_entry_person on membership_entry (person, entry desc);
create index membership_entry_from on membership_entry (from_organisation, entry);
create index membership_entry_to on membership_entry (to_organisation, entry);

insert into membership_entry (number, person, posted_at, to_standing, to_organisation)
select c.number, m.person, c.recorded_at, m.standing, m.organisation
from membership_version m join membership_fact f on f.person = m.person join tree_change c on c.number = f.number
where upper_inf(m.recorded) and upper_inf(m.valid);

-- Brings the members of a change to what holds on a day: their accounts' organisation, over which branch they have a member's role,
-- and the ledger. Tells whose is another now.
drop function membership_present(uuid[], date, timestamptz);
create function membership_present(number_ bigint, today date, at timestamptz) returns setof uuid language plpgsql as $$
declare
    changed uuid[];
begin
    with moved as (
        insert into membership_entry (number, person, posted_at, from_standing, from_organisation, to_standing, to_organisation)
        select number_, v.person, at, e.to_standing, e.to_organisation, v.standing, v.organisation
        from membership_fact f
        join membership_version v on v.person = f.person and upper_inf(v.recorded) and v.valid @> today
        left join lateral (select e.to_standing, e.to_organisation from membership_entry e
                           where e.person = f.person order by e.entry desc limit 1) e on true
        where f.number = number_ and (e.to_standing, e.to_organisation) is distinct from (v.standing, v.organisation)
        returning person, to_organisation
    ), placed as (
        update account a set organisation = m.to_organisation from moved m where a.id = m.person
    ) select coalesce(array_agg(person order by person), '{}') into changed from moved;
    update account_grant g set ended_at = at, ended_by = c.actor, ended_why = coalesce(c.reason, c.document, wire_tree_change(c.what))
    from tree_change c where c.number = number_ and g.account = any(changed) and g.role = 'member' and g.ended_at is null;
    insert into account_grant (account, role, organisation, granted_at, given_by)
    select a.id, 'member', a.organisation, at, c.actor
    from tree_change c join account a on a.id = any(changed) and a.organisation is not null where c.number = number_;
    return query select unnest(changed);
end $$;

create or replace function wire_tree_change(what smallint) returns text language sql immutable parallel safe as $$
    select (array['create', 'rename', 'move', 'adjust', 'split', 'merge', 'dissolve', 'enter', 'place', 'transit', 'leave',
                  'appoint', 'relieve', 'elect'])[what + 1]
$$;
create function wire_post(post smallint) returns text language sql immutable parallel safe as $$
    select (array['secretary', 'first_secretary', 'deputy_secretary', 'organisation_member', 'publicity_member',
                  'discipline_member', 'united_front_member', 'youth_member', 'committee_member', 'group_leader'])[post + 1]
$$;
create function wire_organisation_measure(measure smallint) returns text language sql immutable parallel safe as $$
    select (array['members', 'members_below', 'officers', 'secretaries', 'children', 'term'])[measure + 1]
$$;
create function wire_standing(standing smallint) returns text language sql immutable parallel safe as $$
    select (array['belongs', 'in_transit', 'left'])[standing + 1]
$$;
