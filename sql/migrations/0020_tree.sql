-- The tree of organisations and who belongs where, in two times: the day from which something holds, and the moment from which
-- the record knows it.  SPDX-License-Identifier: Apache-2.0
create extension if not exists btree_gist;

-- What was decided, each under its number. Numbers and moments rise together: tree_change_next gives both under a lock.
create table tree_change (
    id          uuid primary key,                -- the command
    number      bigint not null unique,
    what        smallint not null,               -- enum tree_change_kind
    organisation uuid,                           -- whose change it is; null: a member's
    effective   date not null,
    document    text,                            -- 文号
    reason      text,
    actor       uuid not null,
    accepted_at timestamptz not null,
    recorded_at timestamptz not null unique
);
create index tree_change_organisation on tree_change (organisation, number);

-- What each change says of an organisation from its day on; null: nothing. At a day and a moment, of each property that holds
-- which was said for the latest day not after it, and of several the one of the highest number.
create table organisation_fact (
    organisation uuid not null references organisation,
    number      bigint not null references tree_change (number),
    effective   date not null,
    parent      uuid references organisation,
    kind        smallint,
    name        text,
    short_name  text,
    ordinal     integer,
    active      boolean,
    address     text,
    telephone   text,
    primary key (organisation, number)
);
create index organisation_fact_number on organisation_fact (number);

-- The same, worked out: how an organisation was during these days, as the record knew during that time.
create table organisation_version (
    organisation uuid not null references organisation,
    valid       daterange not null,
    recorded    tstzrange not null,
    parent      uuid,
    kind        smallint not null,
    name        text not null,
    short_name  text not null,
    ordinal     integer not null,
    active      boolean not null,
    address     text,
    telephone   text,
    exclude using gist (organisation with =, valid with &&, recorded with &&)
);
create index organisation_version_now on organisation_version (organisation) where upper_inf(recorded);
create index organisation_version_parent on organisation_version (parent) where upper_inf(recorded);
create index organisation_version_name on organisation_version (name) where upper_inf(recorded);

-- Where a person is a member, in the same two times; null organisation: in transit, or left.
create table membership_fact (
    person      uuid not null references account,
    number      bigint not null references tree_change (number),
    effective   date not null,
    standing    smallint not null,               -- enum membership_standing
    organisation uuid references organisation,
    primary key (person, number)
);
create index membership_fact_number on membership_fact (number);
create index membership_fact_organisation on membership_fact (organisation);
create table membership_version (
    person      uuid not null references account,
    valid       daterange not null,
    recorded    tstzrange not null,
    standing    smallint not null,
    organisation uuid,
    check ((organisation is not null) = (standing = 0)),
    exclude using gist (person with =, valid with &&, recorded with &&)
);
create index membership_version_now on membership_version (person) where upper_inf(recorded);
create index membership_version_organisation on membership_version (organisation) where upper_inf(recorded);

-- The present state: what holds today as the record knows now.
alter table organisation
    add active    boolean not null default true,
    add address   text,
    add telephone text,
    -- Numbers of a nested set: an organisation is within TOP where its place is between TOP.place and TOP.last.
    add place     bigint not null default 0,
    add last      bigint not null default 0;
-- What must be unique is so on every day, not only today: tree_fault sees to it.
alter table organisation drop constraint organisation_name_key;
drop index organisation_root;
create index organisation_place on organisation (place);
create index organisation_active on organisation (place) where active;

-- The next change's number and moment, both above all before. The lock lasts till the transaction's end, so that what is read
-- and decided after it stands.
create function tree_change_next(accepted timestamptz, out number bigint, out moment timestamptz) language plpgsql as $$
begin
    perform pg_advisory_xact_lock(20, 1);
    select coalesce(max(c.number), 0) + 1, greatest(accepted, max(c.recorded_at) + interval '1 millisecond')
    into tree_change_next.number, tree_change_next.moment from tree_change c;
end $$;

-- How an organisation is during all its days by the facts known now: a row from each day on which something was said.
create function organisation_line(organisation_ uuid)
returns table (valid daterange, parent uuid, kind smallint, name text, short_name text, ordinal integer, active boolean,
               address text, telephone text) language sql stable as $$
    with said as (select * from organisation_fact where organisation = organisation_),
    days as (select effective as day, lead(effective) over (order by effective) as until
             from (select distinct effective from said) d)
    select daterange(d.day, d.until),
        (select parent from said where effective <= d.day and parent is not null order by effective desc, number desc limit 1),
        (select kind from said where effective <= d.day and kind is not null order by effective desc, number desc limit 1),
        (select name from said where effective <= d.day and name is not null order by effective desc, number desc limit 1),
        (select short_name from said where effective <= d.day and short_name is not null
         order by effective desc, number desc limit 1),
        (select ordinal from said where effective <= d.day and ordinal is not null
         order by effective desc, number desc limit 1),
        coalesce((select active from said where effective <= d.day and active is not null
                  order by effective desc, number desc limit 1), false),
        (select address from said where effective <= d.day and address is not null
         order by effective desc, number desc limit 1),
        (select telephone from said where effective <= d.day and telephone is not null
         order by effective desc, number desc limit 1)
    from days d
$$;

-- Brings an organisation's versions to what its facts say: what is no longer so is closed at the moment, what is new begins there.
create function organisation_settle(organisation_ uuid, moment timestamptz) returns void language plpgsql as $$
begin
    update organisation_version v set recorded = tstzrange(lower(v.recorded), moment)
    where v.organisation = organisation_ and upper_inf(v.recorded) and not exists (
        select from organisation_line(organisation_) l
        where (l.valid, l.parent, l.kind, l.name, l.short_name, l.ordinal, l.active, l.address, l.telephone)
            is not distinct from
            (v.valid, v.parent, v.kind, v.name, v.short_name, v.ordinal, v.active, v.address, v.telephone));
    insert into organisation_version (organisation, valid, recorded, parent, kind, name, short_name, ordinal, active, address,
                                      telephone)
    select organisation_, l.valid, tstzrange(moment, null), l.parent, l.kind, l.name, l.short_name, l.ordinal, l.active,
        l.address, l.telephone
    from organisation_line(organisation_) l
    where not exists (select from organisation_version v
                      where v.organisation = organisation_ and upper_inf(v.recorded) and v.valid = l.valid);
end $$;

create function membership_line(person_ uuid) returns table (valid daterange, standing smallint, organisation uuid)
language sql stable as $$
    with said as (select distinct on (effective) effective, standing, organisation from membership_fact
                  where person = person_ order by effective, number desc)
    select daterange(effective, lead(effective) over (order by effective)), standing, organisation from said
$$;

create function membership_settle(person_ uuid, moment timestamptz) returns void language plpgsql as $$
begin
    update membership_version v set recorded = tstzrange(lower(v.recorded), moment)
    where v.person = person_ and upper_inf(v.recorded) and not exists (
        select from membership_line(person_) l
        where (l.valid, l.standing, l.organisation) is not distinct from (v.valid, v.standing, v.organisation));
    insert into membership_version (person, valid, recorded, standing, organisation)
    select person_, l.valid, tstzrange(moment, null), l.standing, l.organisation from membership_line(person_) l
    where not exists (select from membership_version v
                      where v.person = person_ and upper_inf(v.recorded) and v.valid = l.valid);
end $$;

-- The organisations that were there on a day, as the record knew at a moment ('infinity': now).
create function organisations_at(day date, known timestamptz) returns setof organisation_version language sql stable as $$
    select * from organisation_version
    where valid @> day and active and case when known = 'infinity' then upper_inf(recorded) else recorded @> known end
$$;
create function members_at(day date, known timestamptz) returns setof membership_version language sql stable as $$
    select * from membership_version
    where valid @> day and case when known = 'infinity' then upper_inf(recorded) else recorded @> known end
$$;

-- The first thing that a change to these organisations from a day on has broken, no row where all holds: 'circle', one would stand
-- below itself; 'deep', one would have more than 32 above it; 'above', one would stand below what is not there;
-- 'name', two would bear one name; 'root', two would have none above;
-- 'members', one that is not there would have members. `other` is the second one concerned.
create function tree_fault(touched uuid[], from_day date)
returns table (fault text, organisation uuid, other uuid, day date) language sql stable as $$
    with recursive mine as (
        select v.organisation, v.parent, v.name, v.active, v.valid * daterange(from_day, null) as valid
        from organisation_version v
        where v.organisation = any(touched) and upper_inf(v.recorded) and v.valid && daterange(from_day, null)
    ), climb (organisation, at, valid, depth) as (
        select m.organisation, m.parent, m.valid, 1 from mine m where m.active and m.parent is not null
        union all
        select c.organisation, v.parent, c.valid * v.valid, c.depth + 1
        from climb c
        join organisation_version v on v.organisation = c.at and upper_inf(v.recorded) and v.valid && c.valid
        where v.parent is not null and c.at <> c.organisation and c.depth < 32
    ), edge as ( -- who stands below whom and while, of all that the change may concern
        select m.organisation, m.parent, m.valid from mine m where m.active and m.parent is not null
        union all
        select v.organisation, v.parent, v.valid * daterange(from_day, null)
        from organisation_version v
        where v.parent = any(touched) and upper_inf(v.recorded) and v.active and v.valid && daterange(from_day, null)
    )
    (select case when c.at = c.organisation then 'circle' else 'deep' end, c.organisation, c.at, lower(c.valid)
     from climb c where c.at = c.organisation or c.depth = 32 order by 4 limit 1)
    union all
    (select 'above', e.organisation, e.parent, lower(e.valid * p.valid)
     from edge e join organisation_version p on p.organisation = e.parent and upper_inf(p.recorded) and p.valid && e.valid
     where not p.active order by 4 limit 1)
    union all
    (select 'above', e.organisation, e.parent, lower(e.valid)
     from edge e
     where not exists (select from organisation_version p
                       where p.organisation = e.parent and upper_inf(p.recorded) and p.valid @> lower(e.valid))
     order by 4 limit 1)
    union all
    (select 'name', m.organisation, v.organisation, lower(m.valid * v.valid)
     from mine m join organisation_version v
         on v.name = m.name and v.organisation <> m.organisation and upper_inf(v.recorded) and v.valid && m.valid
     where m.active and v.active order by 4 limit 1)
    union all
    (select 'root', m.organisation, v.organisation, lower(m.valid * v.valid)
     from mine m join organisation_version v
         on v.parent is null and v.organisation <> m.organisation and upper_inf(v.recorded) and v.valid && m.valid
     where m.parent is null and m.active and v.active order by 4 limit 1)
    union all
    (select 'members', m.organisation, s.person, lower(m.valid * s.valid)
     from mine m join membership_version s on s.organisation = m.organisation and upper_inf(s.recorded) and s.valid && m.valid
     where not m.active order by 4 limit 1)
    limit 1
$$;

-- The first of these members whose branch is not there on a day of his membership in it, from a day on.
create function membership_fault(touched uuid[], from_day date)
returns table (fault text, organisation uuid, other uuid, day date) language sql stable as $$
    with mine as (
        select s.person, s.organisation, s.valid * daterange(from_day, null) as valid
        from membership_version s
        where s.person = any(touched) and upper_inf(s.recorded) and s.organisation is not null
            and s.valid && daterange(from_day, null)
    )
    (select 'members', m.organisation, m.person, lower(m.valid * v.valid)
     from mine m join organisation_version v
         on v.organisation = m.organisation and upper_inf(v.recorded) and v.valid && m.valid
     where not v.active order by 4 limit 1)
    union all
    (select 'members', m.organisation, m.person, lower(m.valid)
     from mine m
     where not exists (select from organisation_version v
                       where v.organisation = m.organisation and upper_inf(v.recorded) and v.valid @> lower(m.valid)) limit 1)
    limit 1
$$;

-- Takes a change, or nothing at all and says why not. `there`: organisations that must stand on the day ('absent'); `within`: members
-- and organisations directly below that must then be the changed one's ('stranger'). Facts [{organisation, parent, kind, …}] and
-- memberships [{person, standing, organisation}] hold from the day on. The caller has the number and the moment of tree_change_next.
create function tree_change_take(id_ uuid, number_ bigint, moment timestamptz, what_ smallint, organisation_ uuid, from_day date,
                                 document_ text, reason_ text, actor_ uuid, accepted timestamptz, there uuid[], within uuid[],
                                 facts jsonb, memberships jsonb)
returns table (fault text, organisation uuid, other uuid, day date) language plpgsql as $$
declare
    touched uuid[] := array(select (f ->> 'organisation')::uuid from jsonb_array_elements(facts) f order by 1);
    people  uuid[] := array(select (m ->> 'person')::uuid from jsonb_array_elements(memberships) m order by 1);
begin
    return query
        select 'absent', t, t, from_day from unnest(there) t
        where not exists (select from organisations_at(from_day, 'infinity') o where o.organisation = t)
        union all
        select 'stranger', organisation_, w, from_day from unnest(within) w
        where not exists (select from organisations_at(from_day, 'infinity') o
                          where o.organisation = w and o.parent = organisation_)
            and not exists (select from members_at(from_day, 'infinity') m where m.person = w and m.organisation = organisation_)
        limit 1;
    if found then
        return;
    end if;
    insert into tree_change values (id_, number_, what_, organisation_, from_day, document_, reason_, actor_, accepted, moment);
    insert into organisation (id, parent, kind, name, short_name, ordinal, version, created_at, active)
    select f.organisation, f.parent, f.kind, f.name, f.short_name, f.ordinal, 0, accepted, false
    from jsonb_to_recordset(facts) f (organisation uuid, parent uuid, kind smallint, name text, short_name text,
                                      ordinal integer)
    where f.organisation = id_;
    insert into organisation_fact
        (organisation, number, effective, parent, kind, name, short_name, ordinal, active, address, telephone)
    select f.organisation, number_, from_day, f.parent, f.kind, f.name, f.short_name, f.ordinal, f.active, f.address,
        f.telephone
    from jsonb_to_recordset(facts) f (organisation uuid, parent uuid, kind smallint, name text, short_name text,
                                      ordinal integer, active boolean, address text, telephone text);
    insert into membership_fact (person, number, effective, standing, organisation)
    select m.person, number_, from_day, m.standing, m.organisation
    from jsonb_to_recordset(memberships) m (person uuid, standing smallint, organisation uuid);
    perform organisation_settle(t, moment) from unnest(touched) t;
    perform membership_settle(p, moment) from unnest(people) p;
    return query
        select f.* from (select * from tree_fault(touched, from_day)
                         union all select * from membership_fault(people, from_day)) f limit 1;
    if found then
        raise exception 'the tree would be broken' using errcode = 'BT003';
    end if;
exception when sqlstate 'BT003' then
    return; -- the row stands in the answer; what was written is undone
end $$;

-- The nested set: numbers of an organisation and all below it, in the order of the tree, within a span of `width` from `start`. There is
-- room between siblings and behind the last one, so that most changes number only what they move.
create function tree_number(top uuid, start bigint, width bigint) returns void language sql as $$
    with recursive below (id, line, path) as (
        select top, array[top], ''::bytea
        union all
        select o.id, b.line || o.id, b.path || int4send(o.ordinal) || uuid_send(o.id)
        from below b join organisation o on o.parent = b.id
    ), sized as (
        select a as id, count(*) as size from below cross join lateral unnest(line) a group by a
    ), counted as ( -- each takes 9 units: 1 before what is below it, 4 behind that, and 4 to the next one
        select b.id, s.size, row_number() over (order by b.path) - 1 as before, cardinality(b.line) - 1 as depth,
            greatest(width / (9 * count(*) over ()), 1) as unit
        from below b join sized s on s.id = b.id
    ), numbered as (
        select id, start + (before + 8 * (before - depth)) * unit as place, (9 * size - 4) * unit as width from counted
    )
    update organisation o set place = n.place, last = n.place + n.width - 1
    from numbered n where n.id = o.id and (o.place, o.last) is distinct from (n.place, n.place + n.width - 1)
$$;

-- Numbers an organisation that is new where it stands, with all below it: in the middle of the room between its neighbours, or, where
-- that is too narrow, the whole tree anew.
create function tree_place(moved uuid) returns void language plpgsql as $$
declare
    low  bigint;
    free bigint;
    size bigint;
begin
    with me as (select o.id, o.ordinal, p.id as parent, p.place, p.last
                from organisation o join organisation p on p.id = o.parent where o.id = moved)
    select b.low, b.high - b.low - 1 into low, free
    from me cross join lateral (
        select coalesce((select max(s.last) from organisation s
                         where s.parent = me.parent and s.place > 0 and (s.ordinal, s.id) < (me.ordinal, me.id)), me.place) as low,
            coalesce((select min(s.place) from organisation s
                      where s.parent = me.parent and s.place > 0 and (s.ordinal, s.id) > (me.ordinal, me.id)), me.last + 1) as high
    ) b;
    with recursive below (id) as (
        select moved union all select o.id from below b join organisation o on o.parent = b.id
    ) select count(*) into size from below;
    if free / 8 >= 9 * size then
        perform tree_number(moved, low + 1 + free / 16 * 7, free / 8);
    else
        perform tree_number(o.id, 1, 1::bigint << 60) from organisation o where o.parent is null and o.active;
    end if;
end $$;

-- Brings the present state of these organisations to what holds on a day, and tells those that are another now.
create function tree_present(touched uuid[], today date) returns setof organisation language plpgsql as $$
declare
    found_ record;
begin
    for found_ in
        select o.id, v as becomes, o.place = 0
                or (o.parent, o.ordinal) is distinct from (coalesce(v.parent, o.parent), coalesce(v.ordinal, o.ordinal)) as moved
        from unnest(touched) t join organisation o on o.id = t
        left join organisation_version v on v.organisation = o.id and upper_inf(v.recorded) and v.valid @> today
        where (o.parent, o.kind, o.name, o.short_name, o.ordinal, o.active, o.address, o.telephone) is distinct from
            (coalesce(v.parent, o.parent), coalesce(v.kind, o.kind), coalesce(v.name, o.name),
             coalesce(v.short_name, o.short_name), coalesce(v.ordinal, o.ordinal), coalesce(v.active, false), v.address,
             v.telephone)
            or o.place = 0
        order by o.id for update of o
    loop
        update organisation o set version = o.version + 1, parent = coalesce((found_.becomes).parent, o.parent),
            kind = coalesce((found_.becomes).kind, o.kind), name = coalesce((found_.becomes).name, o.name),
            short_name = coalesce((found_.becomes).short_name, o.short_name),
            ordinal = coalesce((found_.becomes).ordinal, o.ordinal), active = coalesce((found_.becomes).active, false),
            address = (found_.becomes).address, telephone = (found_.becomes).telephone
        where o.id = found_.id;
        if found_.moved then
            perform tree_place(found_.id);
        end if;
        return query select o.* from organisation o where o.id = found_.id;
    end loop;
end $$;

-- The same for members: their accounts' organisation, and over which branch they have a member's role. Tells whose is another now.
create function membership_present(touched uuid[], today date, at timestamptz) returns setof uuid language plpgsql as $$
declare
    changed uuid[];
begin
    with moved as (
        update account a set organisation = m.organisation
        from membership_version m
        where a.id = any(touched) and m.person = a.id and upper_inf(m.recorded) and m.valid @> today
            and a.organisation is distinct from m.organisation
        returning a.id
    ) select coalesce(array_agg(id order by id), '{}') into changed from moved;
    delete from account_grant where account = any(changed) and role = 'member';
    insert into account_grant (account, role, organisation, granted_at)
    select id, 'member', organisation, at from account where id = any(changed) and organisation is not null;
    return query select unnest(changed);
end $$;

-- What stood before: each organisation and each member since the day of the record, as one change each.
insert into tree_change (id, number, what, organisation, effective, actor, accepted_at, recorded_at)
select o.id, row_number() over (order by o.created_at, o.id), 0, o.id,
    (o.created_at at time zone 'Asia/Shanghai')::date, '00000000-0000-0000-0000-000000000000', o.created_at,
    (select min(created_at) from organisation) + row_number() over (order by o.created_at, o.id) * interval '1 millisecond'
from organisation o;
insert into organisation_fact (organisation, number, effective, parent, kind, name, short_name, ordinal, active)
select o.id, c.number, c.effective, o.parent, o.kind, o.name, o.short_name, o.ordinal, true
from organisation o join tree_change c on c.id = o.id;
select organisation_settle(c.organisation, c.recorded_at) from tree_change c order by c.number;
select tree_number(id, 1, 1::bigint << 60) from organisation where parent is null;
with last as (select max(number) as number, max(recorded_at) as recorded_at from tree_change)
insert into tree_change (id, number, what, effective, actor, accepted_at, recorded_at)
select m.account, l.number + row_number() over (order by m.enrolled_at, m.account), 7,
    (m.enrolled_at at time zone 'Asia/Shanghai')::date, '00000000-0000-0000-0000-000000000000', m.enrolled_at,
    greatest(l.recorded_at, m.enrolled_at) + row_number() over (order by m.enrolled_at, m.account) * interval '1 millisecond'
from member m join account a on a.id = m.account cross join last l where a.organisation is not null;
insert into membership_fact (person, number, effective, standing, organisation)
select a.id, c.number, c.effective, 0, a.organisation from account a join tree_change c on c.id = a.id where c.what = 7;
select membership_settle(c.id, c.recorded_at) from tree_change c where c.what = 7 order by c.number;

-- What stands below an organisation today, in the order of the tree: the only one there is.
create or replace function organisations_below(top uuid, out id uuid, out root uuid, out place bytea) returns setof record
language sql stable as $$
    with recursive below (id, root, place) as (
        select top, top, ''::bytea
        union all
        select o.id, case when b.id = top then o.id else b.root end, b.place || int4send(o.ordinal) || uuid_send(o.id)
        from below b join organisation o on o.parent = b.id and o.active
    )
    select id, root, place from below
$$;

-- How kinds of organisation stand on the wire, and of changes.
create function wire_organisation_kind(kind smallint) returns text language sql immutable parallel safe as $$
    select (array['county_committee', 'working_committee', 'committee', 'general_branch', 'branch', 'temporary_branch', 'group',
                  'joint_branch', 'village_group'])[kind + 1]
$$;
create function wire_tree_change(what smallint) returns text language sql immutable parallel safe as $$
    select (array['create', 'rename', 'move', 'adjust', 'split', 'merge', 'dissolve', 'enter', 'place', 'transit',
                  'leave'])[what + 1]
$$;
