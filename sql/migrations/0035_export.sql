-- Exports of many persons, approved by a second one; mappings of columns kept by headings.  SPDX-License-Identifier: Apache-2.0
create table export (
    id           uuid primary key,              -- its command
    organisation uuid not null references organisation,
    workbook     text collate "C" not null,     -- the name of its declaration
    target       text not null,
    parameters   jsonb not null,                -- what the address asks for, by name
    digest       bytea not null,                -- SHA-256 of both: what is asked for must be just that
    purpose      text not null,
    state        smallint not null default 0,   -- enum export_state
    downloads    integer not null default 0,
    taken        integer not null default 0,
    proposed_by  uuid not null,
    proposed_at  timestamptz not null,
    matter       uuid,                          -- the case about it
    confirmed_by uuid,
    confirmed_at timestamptz,
    ended_at     timestamptz
);
create index export_organisation on export (organisation, proposed_at desc);

create function wire_export_state(state smallint) returns text language sql immutable parallel safe as $$
    select (array['asked', 'allowed', 'ended'])[state + 1]
$$;

-- An export as it is shown, but for names.
create function export_shown(e export) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'export', e.id, 'organisation', e.organisation,
        'organisation_name', (select o.short_name from organisation o where o.id = e.organisation), 'workbook', e.workbook,
        'target', e.target,
        'parameters', (select coalesce(jsonb_agg(jsonb_build_object('name', p.key, 'value', p.value) order by p.key), '[]')
                       from jsonb_each_text(e.parameters) p),
        'purpose', e.purpose, 'state', wire_export_state(e.state), 'downloads', e.downloads, 'taken', e.taken,
        'proposed_by', e.proposed_by, 'proposed_at', wire_time(e.proposed_at), 'matter', e.matter,
        'confirmed_by', e.confirmed_by, 'confirmed_at', wire_time(e.confirmed_at)))
$$;

-- Of an organisation within reach, as all that an organisation has; and one's own.
alter table export enable row level security;
create policy reach on export for select using (
    (select reach_whole()) or organisation in (select organisation from reach) or proposed_by = (select reach_actor()));

-- A workbook of persons leaves: recorded in the trail, in the same durable transaction, or told why it does not. `most_` rows leave
-- without an export; by one only what was approved, to whoever asked, as often as was said.
create function session.export_take(export_ uuid, actor_ uuid, workbook_ text, organisation_ uuid, digest_ bytea, rows_ bigint,
                                    most_ bigint, at_ timestamptz)
returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    export_row public.export;
begin
    if export_ is not null then
        select * into export_row from public.export where id = export_ and proposed_by = actor_ for update;
        if not found then
            return 'unknown';
        elsif export_row.workbook <> workbook_ or export_row.digest <> digest_ then
            return 'other';
        elsif export_row.state = 0 then
            return 'waits';
        elsif export_row.state <> 1 or export_row.taken >= export_row.downloads then
            return 'over';
        end if;
        update public.export set taken = taken + 1 where id = export_;
    elsif rows_ > most_ then
        return 'many';
    end if;
    perform audit.append('front', at_, actor_, workbook_, export_, organisation_, null,
                         rows_ || ' 行' || coalesce('：' || export_row.purpose, ''), digest_);
    return 'given';
end $$;
revoke execute on function session.export_take(uuid, uuid, text, uuid, bytea, bigint, bigint, timestamptz) from public;

-- The rows of an import that have faults, as they came and sealed, for whoever brought them: how many they are is recorded first. No
-- row where it is another's.
create function session.import_mend(import_ uuid, actor_ uuid, fate_ smallint, reason_ text, at_ timestamptz)
returns table (columns jsonb) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    import_row_ public.import;
    rows_ bigint;
begin
    select * into import_row_ from public.import where id = import_ and begun_by = actor_;
    if not found then
        return;
    end if;
    select count(*) into rows_ from session.import_mend_rows(import_, actor_, fate_, reason_, 0, null);
    perform audit.append('front', at_, actor_, 'import_errors', import_, import_row_.organisation, null, rows_ || ' 行',
                         decode(import_row_.digest, 'hex'));
    columns := import_row_.columns;
    return next;
end $$;
create function session.import_mend_rows(import_ uuid, actor_ uuid, fate_ smallint, reason_ text, after_ integer, limit_ bigint)
returns table (line integer, cells text, faults jsonb) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select r.line, r.cells, r.faults
    from public.import_row r join public.import i on i.id = r.import
    where r.import = import_ and i.begun_by = actor_ and r.line > after_ and r.faults <> '[]'
        and case when fate_ is null then r.fate in (3, 8) else r.fate = fate_ end
        and (reason_ is null or r.faults @> jsonb_build_array(jsonb_build_object('reason', reason_)))
    order by r.line limit limit_
$$;
revoke execute on function session.import_mend(uuid, uuid, smallint, text, timestamptz),
    session.import_mend_rows(uuid, uuid, smallint, text, integer, bigint) from public;

-- Files with the same headings come again and again: what their columns are is proposed from the newest that was entered.
alter table import add column headings bytea;   -- SHA-256 of the heading row; null: brought before this was kept
alter table import add column alike uuid references import;     -- whose mapping was proposed, as long as no other was said
create index import_headings on import (organisation, kind, headings, confirmed_at desc) where headings is not null;

create or replace function import_shown(i import) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'import', i.id, 'title', i.title, 'kind', wire_import_kind(i.kind), 'state', wire_import_state(i.state),
        'organisation', i.organisation, 'organisation_name', (select o.short_name from organisation o where o.id = i.organisation),
        'digest', i.digest, 'rows', i.rows, 'done', i.done, 'begun_by', i.begun_by, 'begun_at', wire_time(i.begun_at),
        'ended_at', wire_time(i.ended_at), 'like', i.alike,
        'like_at', (select wire_time(a.begun_at) from import a where a.id = i.alike)))
$$;

-- A rotation of keys goes through rows of imports, too, before it is done.
update key_rotation set part = 5 where part = 4;
