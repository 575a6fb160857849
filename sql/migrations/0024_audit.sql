-- The audit trail: chains of entries, each bound by its hash to the one before it.  SPDX-License-Identifier: Apache-2.0
create schema audit;

-- A chain a writer: the front's disclosures are transactions of their own and short; a worker's stand in its batch's. So
-- nobody waits for another's chain. Only the function below writes here, and it only adds.
create table audit.entry (
    chain        text collate "C" not null,
    number       bigint not null,
    at           timestamptz not null,
    actor        uuid not null,
    action       text collate "C" not null,
    object       uuid,
    organisation uuid,
    field        text collate "C",
    reason       text,
    digest       bytea not null,
    hash         bytea not null,
    primary key (chain, number)
);
create index entry_object on audit.entry (object, at desc);
create index entry_organisation on audit.entry (organisation, at desc);
create index entry_actor on audit.entry (actor, at desc);

create table audit.head (
    chain  text collate "C" primary key,
    number bigint not null,
    hash   bytea not null
) with (fillfactor = 50);

-- An entry as it is hashed: each part with its length, so that no two entries read alike; what is absent has none.
create function audit.part(value text) returns text language sql immutable parallel safe as $$
    select coalesce(octet_length(convert_to(value, 'UTF8'))::text || ':' || value, '-')
$$;
create function audit.canonical(e audit.entry) returns bytea language sql immutable parallel safe as $$
    select convert_to(audit.part(e.chain) || audit.part(e.number::text) ||
                      audit.part(((extract(epoch from e.at) * 1000)::bigint)::text) || audit.part(e.actor::text) ||
                      audit.part(e.action) || audit.part(e.object::text) || audit.part(e.organisation::text) ||
                      audit.part(e.field) || audit.part(e.reason) || audit.part(encode(e.digest, 'hex')), 'UTF8')
$$;

-- The event audit_head in the outbox's packed form (sql/outbox.h, topics/envelope.c): what left for the topic is out of
-- PostgreSQL's reach, so that a tail cut off here is seen.
create function audit.packed_head(e audit.entry) returns bytea language sql immutable as $$
    select int2send(6::int2) || convert_to('audit', 'UTF8') || '\x00' ||
        int2send(octet_length(v.key)::int2) || v.key || int2send(octet_length(h.headers)::int2) || h.headers ||
        int4send(octet_length(v.value)) || v.value
    from (select convert_to(e.chain, 'UTF8') as key,
                 convert_to(format('{"chain":"%s","number":%s,"hash":"%s"}', e.chain, e.number, encode(e.hash, 'hex')), 'UTF8')
                     as value) v
    cross join lateral (
        select convert_to('E', 'UTF8') || int2send(1::int2) || '\x00' || substr(e.hash, 1, 16) ||
            decode(repeat('00', 16), 'hex') || substr(e.hash, 17, 16) || substr(sha256(v.value), 1, 16) ||
            substr(e.hash, 1, 16) || substr(e.hash, 17, 8) || '\x00' || int8send((extract(epoch from e.at) * 1000)::bigint) ||
            int2send(10::int2) || convert_to('audit_head', 'UTF8') || int2send(5::int2) || convert_to('audit', 'UTF8') ||
            int2send(0::int2) as headers
    ) h
$$;

-- Adds an entry to a chain and says its new head. The head's row is locked until the transaction ends.
create function audit.append(chain_ text, at_ timestamptz, actor_ uuid, action_ text, object_ uuid, organisation_ uuid,
                             field_ text, reason_ text, digest_ bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    head_ audit.head;
    entry_ audit.entry;
begin
    insert into audit.head (chain, number, hash) values (chain_, 0, '\x') on conflict do nothing;
    select * into head_ from audit.head where chain = chain_ for update;
    entry_ := row(chain_, head_.number + 1, date_trunc('milliseconds', at_), actor_, action_, object_, organisation_, field_, reason_,
                  digest_, '\x');
    entry_.hash := sha256(head_.hash || audit.canonical(entry_));
    insert into audit.entry select entry_.*;
    update audit.head set number = entry_.number, hash = entry_.hash where chain = chain_;
    insert into flow.outbox (events, packed) values (1, audit.packed_head(entry_));
    perform pg_notify('outbox', '');
end $$;

-- A sealed value for whoever is to see it: recorded first, in the same durable transaction; no row where there is none.
create function session.disclose(actor_ uuid, person_ uuid, field_ text, reason_ text, at_ timestamptz)
returns table (sealed text) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    fact_ record;
begin
    select f.id, s.sealed, p.organisation into fact_
    from public.person p join public.person_fact f on f.person = p.id join public.person_sealed s on s.fact = f.id
    where p.id = person_ and f.field = field_ and f.state = 0;
    if not found then
        return;
    end if;
    perform audit.append('front', at_, actor_, 'person_disclose', person_, fact_.organisation, field_, reason_,
                         sha256(uuid_send(fact_.id)));
    sealed := fact_.sealed;
    return next;
end $$;
revoke execute on function session.disclose(uuid, uuid, text, text, timestamptz) from public;

-- Everything that the record holds of a person, table by table, for that person alone: every table with a column that names one
-- stands here, or tests/system/test_person_data.py says why not. Some of them are made by later migrations.
set local check_function_bodies = off;
create function session.held_of(me uuid) returns table (source text, held jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
    select 'account', to_jsonb(t) from account t where t.id = me
    union all select 'account_grant', to_jsonb(t) from account_grant t where t.account = me
    union all select 'credential', jsonb_build_object('changed_at', t.changed_at) from credential t where t.account = me
    union all select 'person', to_jsonb(t) from person t where t.id = me
    union all select 'person_fact', to_jsonb(t) from person_fact t where t.person = me
    union all select 'person_index', jsonb_build_object('kind', t.kind) from person_index t where t.person = me
    union all select 'person_role', to_jsonb(t) from person_role t where t.person = me
    union all select 'person_entry', to_jsonb(t) from person_entry t where t.person = me
    union all select 'member', to_jsonb(t) from member t where t.account = me
    union all select 'membership_entry', to_jsonb(t) from membership_entry t where t.person = me
    union all select 'office_fact', to_jsonb(t) from office_fact t where t.person = me
    union all select 'case_file', to_jsonb(t) - 'road' from case_file t where t.subject = me
    union all select 'membership_fact', to_jsonb(t) from membership_fact t where t.person = me
    union all select 'membership_version', to_jsonb(t) from membership_version t where t.person = me
    union all select 'attempt', to_jsonb(t) - 'seed' from attempt t where t.member = me
    union all select 'answer', to_jsonb(t) from answer t join attempt a on a.id = t.attempt where a.member = me
    union all select 'sheet', to_jsonb(t) from sheet t where t.member = me
    union all select 'sheet_history', to_jsonb(t) from sheet_history t where t.member = me
    union all select 'extra_time', to_jsonb(t) from extra_time t where t.member = me
    union all select 'refused_hand_in', to_jsonb(t) from refused_hand_in t where t.member = me
    union all select 'key_change', to_jsonb(t) from key_change t where t.member = me
    union all select 'points_ledger', to_jsonb(t) from points_ledger t where t.member = me
    union all select 'points_tally', to_jsonb(t) from points_tally t where t.member = me
    union all select 'session.session', to_jsonb(t) from session.session t where t.account = me
    union all select 'session.device', to_jsonb(t) from session.device t where t.account = me
    union all select 'credential_reset', to_jsonb(t) from credential_reset t where t.account = me
    union all select 'second_factor', to_jsonb(t) - 'secret' from second_factor t where t.account = me
    union all select 'recovery_code', to_jsonb(t) - 'digest' from recovery_code t where t.account = me
    union all select 'factor_removal', to_jsonb(t) from factor_removal t where t.account = me
    union all select 'identity_binding', to_jsonb(t) - 'subject' - 'sealed' from identity_binding t where t.account = me
    union all select 'audit.entry', to_jsonb(t) from audit.entry t where t.object = me or t.actor = me
$$;
-- And the sealed values that hold, to be opened for that person alone.
create function session.sealed_of(me uuid) returns table (field text, sealed text)
language sql stable security definer set search_path = public, pg_temp as $$
    select f.field, s.sealed from person_fact f join person_sealed s on s.fact = f.id where f.person = me and f.state = 0
    order by f.field
$$;
revoke execute on function session.held_of(uuid), session.sealed_of(uuid) from public;

-- A rotation of keys, and how far it has come.
create table key_rotation (
    id          uuid primary key,               -- its command
    key         text not null,                  -- the name of the key that seals
    part        smallint not null,              -- enum rotation_part
    sealed      bigint not null default 0,
    unreadable  bigint not null default 0,
    reason      text not null,
    started_by  uuid not null,
    started_at  timestamptz not null,
    finished_at timestamptz
);
