-- People: one person, several roles; values with their sources, never overwritten; lists.  SPDX-License-Identifier: Apache-2.0
-- A person, under the id of the account where there is one. What lists and searches need is derived from the values that hold,
-- in the transaction that enters them (sql/queries/person_derive.sql); nothing else writes it.
create table person (
    id             uuid primary key,
    organisation   uuid not null references organisation,
    name           text not null,
    name_key       text collate "C" not null,   -- pinyin, then the name: the order of lists
    initials       text collate "C" not null,   -- of the pinyin
    sex            text,
    birth_date     text collate "C",            -- as exact as the source: 1980, 1980-05, 1980-05-01
    ethnicity      text,
    education      text,
    joined_on      text collate "C",
    mobile         text,                        -- masked
    resident_id    text,                        -- masked
    version        bigint not null default 1,
    created_at     timestamptz not null
);

-- The parts of a name that a search may give: one character, and two that stand together. The only definition of it.
create function name_parts(name text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct substr(name, n, l)), '{}')
    from generate_series(1, length(name)) n, generate_series(1, 2) l where n + l - 1 <= length(name)
$$;
-- What of those a search for a part must find all of: its pairs, or its only character.
create function name_wanted(part text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(substr(part, n, least(2, length(part)))), '{}')
    from generate_series(1, greatest(1, length(part) - 1)) n
$$;
create index person_organisation on person (organisation, name_key);
create index person_name on person (name_key, id);
create index person_parts on person using gin (name_parts(name));
create index person_initials on person (initials text_pattern_ops);

-- A value. It is never changed: another one comes in its place. Of a sealed one `value` is what may be shown.
create table person_fact (
    id          uuid primary key,
    person      uuid not null references person,
    field       text collate "C" not null,
    value       text not null,
    sealed      boolean not null,               -- then the value itself stands in person_sealed
    source      smallint not null,              -- enum fact_source
    reference   text,
    valid_from  date,
    state       smallint not null,              -- enum fact_state
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    decided_by  uuid,
    decided_at  timestamptz,
    reason      text,
    replaced_by uuid references person_fact deferrable initially deferred
);
create unique index person_fact_current on person_fact (person, field) where state = 0;
create index person_fact_person on person_fact (person, recorded_at);
create index person_fact_contested on person_fact (recorded_at) where state = 2;

-- Sealed values, which no program reads but to open them for a reason: the front has no right here.
create table person_sealed (
    fact   uuid primary key references person_fact,
    sealed text not null
);

-- Blind indexes of sealed values that hold: of the whole, and of a mobile number's last four digits.
create table person_index (
    person uuid not null references person,
    kind   text collate "C" not null,           -- resident_id, mobile, mobile_tail
    hash   bytea not null,
    primary key (person, kind)
);
create index person_index_hash on person_index (hash, kind);
create unique index person_index_resident_id on person_index (hash) where kind = 'resident_id';

create table person_role (
    id        uuid primary key,
    person    uuid not null references person,
    role      smallint not null,                -- enum person_role
    since     date not null,
    until     date,
    category  text,
    post      text,
    rank      smallint,
    place     integer,                          -- set by hand
    given_by  uuid not null,
    given_at  timestamptz not null,
    ended_by  uuid,
    ended_at  timestamptz,
    reason    text
);
create unique index person_role_held on person_role (person, role) where until is null;
create index person_role_person on person_role (person, given_at);

create table person_entry (
    id           uuid primary key,
    person       uuid not null references person,
    kind         smallint not null,             -- enum entry_kind
    title        text not null,
    institution  text,
    since        date,
    until        date,
    document     text,
    source       smallint not null,
    reference    text,
    recorded_by  uuid not null,
    recorded_at  timestamptz not null,
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    reason       text
);
create index person_entry_person on person_entry (person, kind, since);

-- The members that were: people with that role, and four values of which nobody kept the source.
insert into person (id, organisation, name, name_key, initials, birth_date, ethnicity, joined_on, created_at)
select m.account, a.organisation, a.name, a.name, '', m.birth_year::text, m.ethnicity, m.joined_year::text, m.enrolled_at
from member m join account a on a.id = m.account;
insert into person_fact (id, person, field, value, sealed, source, state, recorded_by, recorded_at)
select gen_random_uuid(), p.id, f.field, f.value, false, 3, 0, p.id, p.created_at
from person p cross join lateral (values ('name', p.name), ('birth_date', p.birth_date), ('ethnicity', p.ethnicity),
                                         ('joined_on', p.joined_on)) f (field, value);
insert into person_role (id, person, role, since, given_by, given_at)
select gen_random_uuid(), p.id, 0, make_date(p.joined_on::integer, 1, 1), p.id, p.created_at from person p;
alter table member drop ethnicity, drop birth_year, drop joined_year, drop enrolled_at;

-- Who is a Party member now and has an account, as examinations, boards and lists of organisations ask it: derived from the roles.
create function person_role_derive() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if new.until is null then
        insert into member (account) select a.id from account a where a.id = new.person on conflict do nothing;
    else
        delete from member where account = new.person;
    end if;
    return null;
end $$;
create trigger person_role_member after insert or update on person_role
    for each row when (new.role = 0) execute function person_role_derive();
revoke execute on function person_role_derive() from public;

-- Where an account belongs is said by its membership; the person's file goes along, and stays where it was while he is on the way.
create function person_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update person set organisation = new.organisation, version = version + 1
    where id = new.id and organisation <> new.organisation;
    return null;
end $$;
create trigger account_person after update of organisation on account
    for each row when (new.organisation is not null) execute function person_follow();
revoke execute on function person_follow() from public;

-- The people of an organisation and of those below it: the only place where people and the tree meet.
create function people_below(top uuid) returns table (person uuid, place bytea) language sql stable as $$
    select p.id, b.place from organisations_below(top) b join person p on p.organisation = b.id
$$;

-- A value as somebody sees it who sees these fields plain and those masked; sealed values stand masked already.
create function seen(field text, value text, sealed boolean, plain text[], masked text[]) returns text
language sql immutable parallel safe as $$
    select case when field = any(plain) or (sealed and field = any(masked)) then value
                when field = any(masked) then left(value, 1) || '*' end
$$;

-- How the catalogue's words stand for their numbers.
create function wire_person_role(role smallint) returns text language sql immutable parallel safe as $$
    select (array['member', 'cadre', 'talent', 'village_officer'])[role + 1]
$$;
create function wire_fact_source(source smallint) returns text language sql immutable parallel safe as $$
    select (array['paper_file', 'superior_system', 'derived', 'import', 'self_reported'])[source + 1]
$$;
create function wire_fact_state(state smallint) returns text language sql immutable parallel safe as $$
    select (array['current', 'replaced', 'contested', 'refused'])[state + 1]
$$;

-- What a person has done, by what the house holds: examinations handed in, and points.
create function person_done(person uuid, out exams bigint, out points bigint) language sql stable as $$
    select (select count(*) from exam e where exists (select from sheet s where s.exam = e.id and s.member = person)),
           coalesce((select t.points from points_tally t where t.member = person), 0)
$$;

-- A person as a row of a list, as somebody sees it who sees these fields plain and those masked; post and place are of a role.
create function person_shown(p person, role_ smallint, plain text[], masked text[]) returns json language sql stable as $$
    select json_strip_nulls(json_build_object(
        'person', p.id, 'name', seen('name', p.name, false, plain, masked), 'organisation', p.organisation,
        'organisation_name', (select o.short_name from organisation o where o.id = p.organisation),
        'sex', seen('sex', p.sex, false, plain, masked), 'birth_date', seen('birth_date', p.birth_date, false, plain, masked),
        'ethnicity', seen('ethnicity', p.ethnicity, false, plain, masked),
        'education', seen('education', p.education, false, plain, masked),
        'joined_on', seen('joined_on', p.joined_on, false, plain, masked),
        'mobile', seen('mobile', p.mobile, true, plain, masked),
        'resident_id', seen('resident_id', p.resident_id, true, plain, masked),
        'roles', (select coalesce(json_agg(wire_person_role(r.role) order by r.role), '[]')
                  from person_role r where r.person = p.id and r.until is null),
        'post', h.post, 'rank', h.rank, 'place', h.place,
        'exams', case when 'exams' = any(plain) then d.exams end,
        'points', case when 'points' = any(plain) then wire_hundredths(d.points) end))
    from person_done(p.id) d left join person_role h on h.person = p.id and h.role = role_ and h.until is null
$$;

-- A value with where it comes from, as somebody sees it; NULL where its field is not there for him.
create function fact_shown(f person_fact, plain text[], masked text[]) returns json language sql stable as $$
    select case when seen(f.field, f.value, f.sealed, plain, masked) is not null then
        json_strip_nulls(json_build_object(
            'fact', f.id, 'field', f.field, 'value', seen(f.field, f.value, f.sealed, plain, masked),
            'masked', not f.field = any(plain), 'state', wire_fact_state(f.state), 'source', wire_fact_source(f.source),
            'reference', f.reference, 'valid_from', f.valid_from, 'recorded_by', f.recorded_by,
            'recorded_at', wire_time(f.recorded_at), 'decided_by', f.decided_by, 'decided_at', wire_time(f.decided_at),
            'reason', f.reason, 'replaced_by', f.replaced_by)) end
$$;
