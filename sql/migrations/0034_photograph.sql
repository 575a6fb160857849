-- Photographs of people, and a role's history whole.  SPDX-License-Identifier: Apache-2.0
-- A photograph's file, sealed; where it comes from is its fact's to say. It stands here while the fact holds or waits: of one that was
-- replaced, refused or withdrawn the fact alone is kept.
create table person_photograph (
    fact   uuid primary key references person_fact,
    person uuid not null references person,
    sealed text not null
);
alter table person_photograph alter sealed set storage external; -- nothing of it can be made smaller
create index person_photograph_person on person_photograph (person);
alter table person_photograph enable row level security;
create policy reach on person_photograph for select using (
    (select reach_whole()) or exists (select from person p where p.id = person_photograph.person));

-- The sealed values that hold, to be opened for their person alone: the photograph is one.
create or replace function session.sealed_of(me uuid) returns table (field text, sealed text)
language sql stable security definer set search_path = public, pg_temp as $$
    select f.field, s.sealed
    from person_fact f join (select fact, sealed from person_sealed union all select fact, sealed from person_photograph) s on s.fact = f.id
    where f.person = me and f.state = 0 order by f.field
$$;

-- A rotation has a part more, before its end.
update key_rotation set part = 4 where part = 3;

-- What was said of a role that is held before it was corrected: no end of it, so that nothing follows from it.
alter table person_role add corrected boolean not null default false;
drop trigger person_role_member on person_role;
create trigger person_role_member after insert or update on person_role
    for each row when (new.role = 0 and not new.corrected) execute function person_role_derive();

-- A role and an entry as whoever keeps the file sees them.
create function role_shown(r person_role) returns json language sql stable as $$
    select json_build_object(
        'role', wire_person_role(r.role), 'since', r.since, 'until', case when not r.corrected then r.until end, 'category', r.category,
        'post', r.post, 'rank', r.rank, 'place', r.place, 'given_by', r.given_by, 'given_at', wire_time(r.given_at),
        'ended_by', r.ended_by, 'ended_at', wire_time(r.ended_at), 'reason', r.reason, 'corrected', nullif(r.corrected, false))
$$;
create function entry_shown(e person_entry) returns json language sql stable as $$
    select json_build_object(
        'entry', e.id, 'kind', (array['education', 'degree', 'award', 'penalty', 'appraisal', 'post'])[e.kind + 1], 'title', e.title,
        'institution', e.institution, 'since', e.since, 'until', e.until, 'document', e.document, 'source', wire_fact_source(e.source),
        'reference', e.reference, 'recorded_by', e.recorded_by, 'recorded_at', wire_time(e.recorded_at), 'ended_by', e.withdrawn_by,
        'ended_at', wire_time(e.withdrawn_at), 'reason', e.reason)
$$;
revoke execute on function role_shown(person_role), entry_shown(person_entry) from public;
