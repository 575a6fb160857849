-- Lists that stay quick at a million people: what they are ordered, filtered and counted by stands in indexes.  SPDX-License-Identifier: Apache-2.0
-- What lists show of roles: a bit each that is held now, 1 << enum person_role; derived, as all else that lists need of a person.
alter table person add roles smallint not null default 0;
create function person_roles(person_ uuid) returns smallint language sql stable as $$
    select coalesce(bit_or(1 << role), 0)::smallint from person_role where person = person_ and until is null
$$;
update person set roles = person_roles(id);
create function person_role_listed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update person set roles = person_roles(new.person) where id = new.person;
    return null;
end $$;
create trigger person_role_listed after insert or update on person_role for each row execute function person_role_listed();
revoke execute on function person_roles(uuid), person_role_listed() from public;

-- Who is a member now stands with the account, so that members are counted in an index alone.
alter table account add member boolean not null default false;
update account set member = true where id in (select account from member);
create or replace function person_role_derive() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    if new.until is null then
        insert into member (account) select a.id from account a where a.id = new.person on conflict do nothing;
    else
        delete from member where account = new.person;
    end if;
    update account set member = new.until is null where id = new.person;
    return null;
end $$;
create index account_members on account (organisation) where active and member;

-- How many members organisations have, whoever asks: numbers, and nobody's row.
create function members_counted(those uuid[], out organisation uuid, out members bigint) returns setof record
language sql stable security definer set search_path = public, pg_temp as $$
    select a.organisation, count(*) from account a
    where a.organisation = any (those) and a.active and a.member group by a.organisation
$$;
revoke execute on function members_counted(uuid[]) from public;

-- The parts of a name that a search may give: one, two or three characters that stand together. The only definition of it.
drop index person_parts;
drop function name_wanted(text);
create or replace function name_parts(name text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct substr(name, n, l)), '{}')
    from generate_series(1, length(name)) n, generate_series(1, 3) l where n + l - 1 <= length(name)
$$;

-- The same as rows in the order of lists. Under a policy PostgreSQL goes by an index only where the comparison is known to tell
-- nothing of rows that it passes over, as = and < of texts are; and the first fifty of many come without reading the others.
create table person_part (
    part         text collate "C" not null,
    organisation uuid not null,
    name_key     text collate "C" not null,
    person       uuid not null,
    primary key (part, organisation, name_key, person)
);
insert into person_part select part, organisation, name_key, id from person cross join lateral unnest(name_parts(name)) part;
create index person_part_whole on person_part (part, name_key, person) include (organisation);
create function person_parted() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'UPDATE' then
        if (old.name, old.name_key, old.organisation) = (new.name, new.name_key, new.organisation) then
            return null;
        end if;
        delete from person_part where part = any (name_parts(old.name)) and organisation = old.organisation
            and name_key = old.name_key and person = old.id;
    end if;
    insert into person_part select part, new.organisation, new.name_key, new.id from unnest(name_parts(new.name)) part;
    return null;
end $$;
create trigger person_parted after insert or update on person for each row execute function person_parted();
revoke execute on function person_parted() from public;

-- Two indexes for each way to a list: over all in their order, and an organisation at a time.
drop index person_organisation, person_name, person_initials;
create index person_whole on person (name_key, id) include (organisation, roles, sex, ethnicity, education, birth_date, joined_on);
create index person_here on person (organisation, name_key, id) include (roles, sex, ethnicity, education, birth_date, joined_on);
create index person_initials on person (initials, name_key, id) include (organisation);
create index person_initials_here on person (organisation, initials, name_key, id);
create index person_ethnicity on person (ethnicity, name_key, id) include (organisation);
create index person_ethnicity_here on person (organisation, ethnicity, name_key, id);
create index person_education on person (education, name_key, id) include (organisation);
create index person_education_here on person (organisation, education, name_key, id);
create index person_birth on person (birth_date);
create index person_joined on person (joined_on);
do $$
begin
    for role in 0 .. 3 loop
        execute format('create index person_role_%1$s on person (name_key, id) include (organisation) where roles & %2$s <> 0',
                       role, 1 << role);
        execute format('create index person_role_%1$s_here on person (organisation, name_key, id) where roles & %2$s <> 0',
                       role, 1 << role);
    end loop;
end $$;
drop index person_role_held; -- with what lists show of it
create unique index person_role_held on person_role (person, role) include (post, rank, place) where until is null;
create index person_role_order on person_role (role, coalesce(place, 2147483647), coalesce(rank, 32767), person) where until is null;
create index sheet_member on sheet (member, exam);
-- What is looked up by a person's id alone, fifty times a page: two pages each, where a tree of a million has four.
create index person_by_id on person using hash (id);
create index person_role_by_person on person_role using hash (person);
create index points_tally_by_member on points_tally using hash (member);

drop function people_below(uuid);

-- An organisation and those below it, in their order, as far as the caller's reach goes: what the owner's functions look through.
create function organisations_reached(top uuid) returns uuid[] language plpgsql stable as $$
begin
    return (select coalesce(array_agg(o.id order by o.place), '{}')
            from organisation t join organisation o on o.id = t.id or o.active and o.place between t.place and t.last
            where t.id = top and (reach_whole() or o.id in (select organisation from reach)));
end $$;
revoke execute on function organisations_reached(uuid) from public;

-- A page of the people of an organisation and of those below it: who, whoever comes behind them, and how many there are up to the
-- ceiling. No row where `after_` is nobody of these. The statement is put together of what was asked, since one plan for every list
-- would read most of them whole. A page of over forty organisations that are an eighth of all passes through the whole order, else
-- through each organisation's; coalesce() keeps a plan from going organisation by organisation all the same. A count passes through
-- each organisation's where that reads less: some three pages on the way to each, and of the whole order the 125 or so that ten thousand
-- rows fill, as many times as the organisations' share of all is small. What is searched is refined and not counted: its ceiling is a tenth.
-- It is the owner's: what is looked through is held against the caller's reach once, an organisation at a time, not by a policy at each
-- of ten thousand rows that are only counted. Who is on a page is shown under the policies all the same.
create function list_ceiling() returns bigint language sql immutable parallel safe as 'select 10000';
create function people_page(top uuid, role_ smallint, text_ text, sex_ text, ethnicity_ text, education_ text, born_from date,
                            born_until date, joined_from date, joined_until date, order_ smallint, many bigint, left_out bigint,
                            after_ uuid)
returns table (ids uuid[], total bigint, next uuid, more boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    here uuid[];
    here_many bigint;
    all_many bigint;
    wide boolean;
    wide_count boolean;
    ceiling bigint := list_ceiling() / case when text_ is null then 1 else 10 end;
    behind_key text;
    behind_initials text;
    behind_nth bigint;
    behind_place integer;
    behind_rank integer;
    letters boolean := text_ ~ '^[A-Za-z]+$';
    source text := 'person p';
    wanted text := '';
    key text := 'p.name_key, p.id';
    behind text := '';
    page text;
    counted text;
begin
    here := organisations_reached(top);
    here_many := cardinality(here);
    all_many := case when here_many > 40 then (select count(*) from organisation o where o.active) end;
    wide := coalesce(here_many * 8 > all_many, false);
    wide_count := coalesce(here_many * here_many * 3 > (all_many - here_many) * 125, false);
    if role_ is not null then
        wanted := format(' and p.roles & %s <> 0', 1 << role_);
    end if;
    wanted := wanted || case when sex_ is null then '' else ' and p.sex = $3' end
        || case when ethnicity_ is null then '' else ' and p.ethnicity = $4' end
        || case when education_ is null then '' else ' and p.education = $5' end
        -- days are as exact as their sources: each bound holds for what a day says, and an index's range about it
        || case when born_from is null then '' else
            ' and p.birth_date >= left($6::text, 4) and p.birth_date >= left($6::text, length(p.birth_date))' end
        || case when born_until is null then '' else
            ' and p.birth_date <= $7::text and p.birth_date <= left($7::text, length(p.birth_date))' end
        || case when joined_from is null then '' else
            ' and p.joined_on >= left($8::text, 4) and p.joined_on >= left($8::text, length(p.joined_on))' end
        || case when joined_until is null then '' else
            ' and p.joined_on <= $9::text and p.joined_on <= left($9::text, length(p.joined_on))' end;
    if letters then -- initials are letters and digits, which '~' is behind
        wanted := wanted || ' and p.initials >= lower($2) and p.initials < lower($2) || ''~''';
        key := 'p.initials, ' || key;
    elsif text_ is not null then
        source := '(select t.person as id, t.organisation, t.name_key from person_part t where t.part = left($2, 3)'
            || case when wanted = '' and length(text_) <= 3 then '' else
                ' and exists (select from person p where p.id = t.person and position($2 in p.name) > 0' || wanted || ')' end || ') p';
        wanted := '';
    end if;
    if after_ is not null then
        select p.name_key, p.initials, array_position(here, p.organisation), coalesce(h.place, 2147483647), coalesce(h.rank, 32767)
        into behind_key, behind_initials, behind_nth, behind_place, behind_rank
        from person p left join person_role h on h.person = p.id and h.role = role_ and h.until is null
        where p.id = after_ and p.organisation = any (here);
        if not found then
            return;
        end if;
        behind := format(' (%s) > (%s$11, $10)', key, case when letters then '$12, ' else '' end);
    end if;
    if order_ = 1 then
        page := 'select p.id from unnest($1) with ordinality o (id, nth) cross join lateral (select p.* from ' || source
            || ' where p.organisation = o.id' || wanted || coalesce(' and (o.nth > $13 or' || nullif(behind, '') || ')', '')
            || ' order by ' || key || ' limit $14 + $15) p where o.nth >= coalesce($13, 1) order by o.nth, ' || key;
    elsif order_ = 2 and role_ is not null then
        page := 'select p.id from person_role h join ' || source || ' on p.id = h.person where h.role = $18 and h.until is null'
            || ' and p.organisation = any ($1)' || wanted
            || case when behind = '' then '' else ' and (coalesce(h.place, 2147483647), coalesce(h.rank, 32767), ' || key
                || format(') > ($16, $17, %s$11, $10)', case when letters then '$12, ' else '' end) end
            || ' order by coalesce(h.place, 2147483647), coalesce(h.rank, 32767), ' || key;
    elsif wide then
        page := 'select p.id from ' || source || ' where coalesce(p.organisation = any ($1), false)' || wanted || coalesce(' and' || nullif(behind, ''), '')
            || ' order by ' || key;
    else
        page := 'select p.id from unnest($1) o (id) cross join lateral (select p.* from ' || source || ' where p.organisation = o.id'
            || wanted || coalesce(' and' || nullif(behind, ''), '') || ' order by ' || key || ' limit $14 + $15) p order by ' || key;
    end if;
    execute 'select array(' || page || ' limit $14 offset $15)' into ids
    using here, text_, sex_, ethnicity_, education_, born_from, born_until, joined_from, joined_until, after_, behind_key,
        behind_initials, behind_nth, many + 1, left_out, behind_place, behind_rank, role_;
    if cardinality(ids) > many then
        ids := ids[:many];
        next := ids[many];
    end if;
    counted := case when wide_count then source || ' where coalesce(p.organisation = any ($1), false)' || wanted
        else 'unnest($1) o (id) cross join lateral (select from ' || source || ' where p.organisation = o.id' || wanted
            || ' limit $10) p' end; -- the limit within keeps organisations apart
    if after_ is null and next is null and (left_out = 0 or cardinality(ids) > 0) then
        total := left_out + cardinality(ids);
    else
        execute 'select count(*) from (select from ' || counted || ' limit $10) f' into total
        using here, text_, sex_, ethnicity_, education_, born_from, born_until, joined_from, joined_until, ceiling + 1;
    end if;
    more := total > ceiling;
    total := least(total, ceiling);
    return next;
end $$;

-- What lists say of people besides: examinations handed in, points, and what they hold of a role. Of whoever is named: whom somebody
-- may name, the tables of people say, and their lock is not asked again for each thing that hangs on a person.
drop function person_done(uuid);
create function people_besides(those uuid[], role_ smallint, out person uuid, out exams bigint, out points bigint, out post text,
                               out rank smallint, out place integer, out category text, out since date)
returns setof record
language plpgsql stable security definer rows 50 set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    select u.id, (select count(distinct s.exam) from sheet s where s.member = u.id),
        coalesce((select t.points from points_tally t where t.member = u.id), 0), h.post, h.rank, h.place, h.category, h.since
    from unnest(those) u (id) left join lateral (
        select r.post, r.rank, r.place, r.category, r.since from person_role r
        where role_ is not null and r.person = u.id and r.role = role_ and r.until is null) h on true;
end $$;
revoke execute on function people_besides(uuid[], smallint) from public;

-- These people as rows of a list, as somebody sees them who sees these fields plain and those masked; post and place are of a role.
drop function person_shown(person, smallint, text[], text[]);
create function people_shown(ids uuid[], role_ smallint, plain text[], masked text[]) returns json
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
begin
    if ids = '{}' then
        return '[]'::json;
    end if;
    return (
        with p as materialized (select u.nth, p.* from unnest(ids) with ordinality u (id, nth) join person p on p.id = u.id),
        o as materialized (select id, short_name from organisation where id = any (array(select organisation from p)))
        select coalesce(json_agg(json_strip_nulls(json_build_object(
            'person', p.id, 'name', seen('name', p.name, false, plain, masked), 'organisation', p.organisation,
            'organisation_name', o.short_name,
            'sex', seen('sex', p.sex, false, plain, masked), 'birth_date', seen('birth_date', p.birth_date, false, plain, masked),
            'ethnicity', seen('ethnicity', p.ethnicity, false, plain, masked),
            'education', seen('education', p.education, false, plain, masked),
            'joined_on', seen('joined_on', p.joined_on, false, plain, masked),
            'mobile', seen('mobile', p.mobile, true, plain, masked),
            'resident_id', seen('resident_id', p.resident_id, true, plain, masked),
            'roles', (select coalesce(json_agg(wire_person_role(r::smallint) order by r), '[]')
                      from generate_series(0, 3) r where p.roles & (1 << r) <> 0),
            'post', d.post, 'rank', d.rank, 'place', d.place,
            'category', case when 'exams' = any (plain) then d.category end,
            'since', case when 'exams' = any (plain) then d.since end,
            'exams', case when 'exams' = any (plain) then d.exams end,
            'points', case when 'points' = any (plain) then wire_hundredths(d.points) end)) order by p.nth), '[]')
        from p join o on o.id = p.organisation join people_besides(ids, role_) d on d.person = p.id);
end $$;
