-- Imports: files of organisations and people, each row with what became of it.  SPDX-License-Identifier: Apache-2.0
create table import (
    id           uuid primary key,              -- its command
    organisation uuid not null references organisation,
    kind         smallint not null,             -- enum import_kind
    title        text not null,
    digest       text collate "C" not null,     -- SHA-256 of the file, in hexadecimal
    state        smallint not null,             -- enum import_state
    generation   integer not null default 0,    -- of the mapping
    columns      jsonb not null,                -- import_column, in order
    rows         integer not null,
    done         integer not null default 0,    -- rows as far as the present stage has come
    begun_by     uuid not null,
    begun_at     timestamptz not null,
    matter       uuid,                          -- the case that confirmed it
    confirmed_by uuid,
    confirmed_at timestamptz,
    reversed_by  uuid,
    ended_at     timestamptz
);
create index import_organisation on import (organisation, begun_at desc);

-- A row as it came, sealed, and what became of it.
create table import_row (
    import  uuid not null references import,
    line    integer not null,
    cells   text,                               -- a JSON array of texts, sealed under the import; null: it could not be read
    fate    smallint not null,                  -- enum import_fate
    faults  jsonb not null default '[]',        -- row_fault
    label   text,                               -- an organisation's name; of a person's no more than others may see
    hash    bytea,                              -- blind index of the resident ID number
    twin    bytea,                              -- blind index of name and day of birth
    target  uuid,                               -- whom or what it is about, where that is known
    near    uuid,                               -- who may be the same person
    decided boolean not null default false,     -- a doubtful row about which somebody decided
    before  jsonb,                              -- of one that was there: what held before and nothing else keeps
    primary key (import, line)
);
create index import_row_faulty on import_row (import) where faults <> '[]';
create index import_row_fate on import_row (import, fate, line);
create index import_row_hash on import_row (import, hash) where hash is not null;
create index import_row_twin on import_row (import, twin) where twin is not null;
create index import_row_label on import_row (import, label) where label is not null;

-- The organisations of a name within a subtree: the full name if there is one, else the short name. The only definition of it.
create function organisations_named(top uuid, name_ text) returns setof uuid language sql stable as $$
    with within as (select o.id, o.name, o.short_name from organisations_below(top) b join organisation o on o.id = b.id),
    full_name as (select w.id from within w where w.name = name_)
    select id from full_name
    union all
    select w.id from within w where w.short_name = name_ and not exists (select from full_name)
$$;

create function wire_import_kind(kind smallint) returns text language sql immutable parallel safe as $$
    select (array['organisations', 'members', 'cadres', 'talents', 'village_officers'])[kind + 1]
$$;
create function wire_import_state(state smallint) returns text language sql immutable parallel safe as $$
    select (array['read', 'checking', 'checked', 'applying', 'applied', 'reversing', 'reversed'])[state + 1]
$$;
create function wire_import_fate(fate smallint) returns text language sql immutable parallel safe as $$
    select (array['read', 'good', 'doubtful', 'bad', 'left', 'entered', 'updated', 'same', 'refused', 'undone', 'kept'])[fate + 1]
$$;

-- An import as a row of a list.
create function import_shown(i import) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'import', i.id, 'title', i.title, 'kind', wire_import_kind(i.kind), 'state', wire_import_state(i.state),
        'organisation', i.organisation, 'organisation_name', (select o.short_name from organisation o where o.id = i.organisation),
        'digest', i.digest, 'rows', i.rows, 'done', i.done, 'begun_by', i.begun_by, 'begun_at', wire_time(i.begun_at),
        'ended_at', wire_time(i.ended_at)))
$$;

-- Of an organisation within reach, as all that an organisation has.
alter table import enable row level security;
create policy reach on import for select using (
    (select reach_whole()) or organisation in (select organisation from reach));
alter table import_row enable row level security;
create policy reach on import_row for select using (
    (select reach_whole()) or import in (select id from import)); -- gathered once, since all of an import's rows are counted

-- Takes back the values that an import gave a person who was there: one that still holds goes, and what it replaced holds again.
-- Gives each field with what holds now, sealed where it is; kept: it was edited since.
create function facts_take_back(person_ uuid, import_ text, by_ uuid, at_ timestamptz, why text)
returns table (field text, kept boolean, value text, sealed text) language sql as $$
    with kept as (
        select f.field from person_fact f where f.person = person_ and f.source = 3 and f.reference = import_ and f.state = 1
            and not exists (select from person_fact l where l.id = f.replaced_by and l.reference is not distinct from import_)
    ), gone as (
        update person_fact f set state = 3, decided_by = by_, decided_at = at_, reason = why
        where f.person = person_ and f.source = 3 and f.reference = import_ and f.state in (0, 2)
        returning f.id, f.field
    ), again as (
        update person_fact f set state = 0, replaced_by = null
        from gone g where f.replaced_by = g.id and f.state = 1
        returning f.id, f.field, f.value
    )
    select k.field, true, null, null from kept k
    union all
    select g.field, false, a.value, s.sealed
    from gone g left join again a on a.field = g.field left join person_sealed s on s.fact = a.id
$$;
revoke execute on function facts_take_back(uuid, text, uuid, timestamptz, text) from public;

-- What was done about a person that an import entered, besides: the names of fields, entry, role or case.
create function edited_since(person_ uuid, import_ text, role_ smallint, given_at_ timestamptz) returns setof text language sql stable as $$
    select f.field from person_fact f where f.person = person_ and f.reference is distinct from import_
    union select 'entry' from person_entry e where e.person = person_
    union select 'role' from person_role r where r.person = person_ and not (r.role = role_ and r.given_at = given_at_)
    union select 'case' from case_file c where c.subject = person_
$$;
revoke execute on function edited_since(uuid, text, smallint, timestamptz) from public;
