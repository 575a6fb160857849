-- Cases that technical staff see; where an organisation is and what a joint branch is made of; terms by rule.  SPDX-License-Identifier: Apache-2.0
-- Cases are shown to administrators of the technical staff only where they are asked.

-- Whether a pack asks a role for a step.
create function pack_asks(name_ text, version_ integer, role_ text) returns boolean language sql stable as $$
    select exists (select from procedure_pack p where p.name = name_ and p.version = version_
                   and jsonb_path_exists(p.body, '$.moves[*].who[*].role ? (@ == $role)', jsonb_build_object('role', role_)))
$$;

-- Cases that an account may see by its roles, those of its organisations and of those below: who leads and who audits all of
-- them; a security administrator those alone whose pack asks for that role; a member's role and the other two nobody else's.
drop function case_organisations(uuid, timestamptz);
create function cases_reached(account_ uuid, at timestamptz, out matter uuid) returns setof uuid language sql stable as $$
    select f.id
    from grants_held(account_, at) g
    join organisation o on o.id = g.organisation or (g.organisation is null and o.parent is null)
    cross join lateral organisations_below(o.id) b
    join case_file f on f.organisation = b.id
    where g.role in ('branch_officer', 'committee_administrator', 'county_administrator', 'auditor')
        or (g.role = 'security_administrator' and pack_asks(f.procedure, f.pack_version, g.role))
$$;

-- The second lock says the same: whose reach is a technical administrator's is asked for, or is not there.
drop policy reach on case_file;
create policy reach on case_file for select using (
    (select reach_whole()) or organisation in (select organisation from reach) or subject = (select reach_actor())
    or opened_by = (select reach_actor())
    or (exists (select from account_grant g
                where g.account = (select reach_actor()) and g.role = 'security_administrator' and g.ended_at is null
                    and (g.organisation is null or organisation_within(case_file.organisation, array[g.organisation])))
        and pack_asks(procedure, pack_version, 'security_administrator')));

-- What an organisation is besides: in which kind of place (enum organisation_sector), by which its term goes, and the villages or
-- enterprises whose members a joint branch takes together. Each said from a day on, as all else of an organisation.
alter table organisation_fact add sector smallint, add units text[];
alter table organisation_version add sector smallint, add units text[];
create function wire_organisation_sector(sector smallint) returns text language sql immutable parallel safe as $$
    select (array['village', 'community', 'agency', 'institution', 'school', 'enterprise', 'social_organisation', 'other'])[sector + 1]
$$;

drop function organisation_line(uuid);
create function organisation_line(organisation_ uuid)
returns table (valid daterange, parent uuid, kind smallint, name text, short_name text, ordinal integer, active boolean,
               address text, telephone text, sector smallint, units text[]) language sql stable as $$
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
         order by effective desc, number desc limit 1),
        (select sector from said where effective <= d.day and sector is not null
         order by effective desc, number desc limit 1),
        (select units from said where effective <= d.day and units is not null
         order by effective desc, number desc limit 1)
    from days d
$$;

create or replace function organisation_settle(organisation_ uuid, moment timestamptz) returns void language plpgsql as $$
begin
    update organisation_version v set recorded = tstzrange(lower(v.recorded), moment)
    where v.organisation = organisation_ and upper_inf(v.recorded) and not exists (
        select from organisation_line(organisation_) l
        where (l.valid, l.parent, l.kind, l.name, l.short_name, l.ordinal, l.active, l.address, l.telephone, l.sector, l.units)
            is not distinct from
            (v.valid, v.parent, v.kind, v.name, v.short_name, v.ordinal, v.active, v.address, v.telephone, v.sector, v.units));
    insert into organisation_version (organisation, valid, recorded, parent, kind, name, short_name, ordinal, active, address,
                                      telephone, sector, units)
    select organisation_, l.valid, tstzrange(moment, null), l.parent, l.kind, l.name, l.short_name, l.ordinal, l.active,
        l.address, l.telephone, l.sector, l.units
    from organisation_line(organisation_) l
    where not exists (select from organisation_version v
                      where v.organisation = organisation_ and upper_inf(v.recorded) and v.valid = l.valid);
end $$;

create or replace function tree_change_take(id_ uuid, number_ bigint, moment timestamptz, what_ smallint, organisation_ uuid,
                                            from_day date, document_ text, reason_ text, actor_ uuid, accepted timestamptz,
                                            there uuid[], within uuid[], facts jsonb, memberships jsonb)
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
        (organisation, number, effective, parent, kind, name, short_name, ordinal, active, address, telephone, sector, units)
    select f.organisation, number_, from_day, f.parent, f.kind, f.name, f.short_name, f.ordinal, f.active, f.address,
        f.telephone, f.sector, f.units
    from jsonb_to_recordset(facts) f (organisation uuid, parent uuid, kind smallint, name text, short_name text,
                                      ordinal integer, active boolean, address text, telephone text, sector smallint, units text[]);
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

-- A rule may hold in some kinds of places alone. It may count a joint branch's units, and say of how many years a term is.
alter table organisation_rule add sectors smallint[] not null default '{}';
create or replace function wire_organisation_measure(measure smallint) returns text language sql immutable parallel safe as $$
    select (array['members', 'members_below', 'officers', 'secretaries', 'children', 'term', 'units', 'term_years'])[measure + 1]
$$;

-- Of how many years an organisation's term is that begins on a day, and the rule that says so: one for its kind of place goes before one
-- for all. `unsaid`: it depends on the kind of place, which is not known. No row where no rule says it.
create function term_years(organisation_ uuid, day date, out years integer, out rule text, out version integer, out clause text,
                           out unsaid boolean) returns setof record language sql stable as $$
    with ruled as (
        select r.*, o.sector from organisations_at(day, 'infinity') o
        join organisation_rules_at(day) r on r.measure = 7 and o.kind = any (r.kinds)
        where o.organisation = organisation_
    )
    select r.most, r.rule, r.version, r.clause,
        r.sector is null and exists (select from ruled s where s.sectors <> '{}')
    from ruled r where r.sectors = '{}' or r.sector is null or r.sector = any (r.sectors)
    order by r.sectors = '{}', r.rule limit 1
$$;
