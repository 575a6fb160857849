/* How messages flow: positions, inbox, outbox, timers, parked messages. Writes: schema flow. */
/* Where each worker stands in each partition. Claimed first in every transaction, so that a zombie loses. */
create table flow.cursor (
    worker text collate "C" not null,
    cluster_id text collate "C" not null,
    topic_id uuid not null,
    partition integer not null,
    topic text collate "C" not null,
    next_offset bigint not null check (next_offset >= 0),
    leader_epoch integer not null default -1,
    primary key (worker, cluster_id, topic_id, partition)
) with (fillfactor = 50);

/* Moves the positions of one batch, in the order given; raises BT001 where one stands elsewhere than
   expected. It must raise: an update of no rows is no error, and what follows would run. */
create function flow.claim(worker_ text, clusters text[], topic_ids uuid[], partitions integer[],
                           expected bigint[], nexts bigint[], epochs integer[])
returns void language plpgsql as $$
begin
    for i in 1 .. coalesce(array_length(partitions, 1), 0) loop
        update flow.cursor c set next_offset = nexts[i], leader_epoch = epochs[i]
        where c.worker = worker_ and c.cluster_id = clusters[i] and c.topic_id = topic_ids[i]
            and c.partition = partitions[i] and c.next_offset = expected[i];
        if not found then
            raise exception 'fenced: partition % does not stand at offset %', partitions[i], expected[i]
                using errcode = 'BT001';
        end if;
    end loop;
end $$;

/* Which messages a worker has had, and their outcomes. Kept as long as the topics. */
create table flow.inbox (
    message_id uuid not null,
    accepted_at timestamptz not null,
    worker text collate "C" not null,
    status smallint not null,
    digest bytea,
    outcome text,
    primary key (message_id, worker)
);
comment on column flow.inbox.outcome is 'JSON, as text: nothing is looked up inside it, and parsing costs';

/* A known id that came again with another body. */
create table flow.inbox_conflict (
    message_id uuid not null,
    worker text collate "C" not null,
    accepted_at timestamptz not null,
    digest bytea not null
);
create index inbox_conflict_message on flow.inbox_conflict (message_id);

/* What transactions want said, some of a transaction's events to a row (sql/outbox.h has the packed form).
   The sequence must not be cached by sessions: its order is that of the inserts, and a key's inserts stand
   behind a row lock (at least that of the position claimed), so it is each key's order. */
create sequence flow.outbox_sequence cache 1;
create table flow.outbox (
    sequence bigint not null default nextval('flow.outbox_sequence'),
    written_at timestamptz not null default now(),
    events integer not null,
    packed bytea not null
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_insert_threshold = -1);
alter table flow.outbox alter packed set storage external;
create unique index outbox_sequence_index on flow.outbox (sequence);

/* A length of a packed form, two or four bytes from a place counted from 0; -1: absent. */
create function flow.length_at(packed bytea, place integer, bytes integer) returns integer
language sql immutable as $$
    select case bytes
        when 2 then nullif(get_byte(packed, place) * 256 + get_byte(packed, place + 1), 65535)
        else nullif(('x' || encode(substr(packed, place + 1, 4), 'hex'))::bit(32)::integer, -1) end
$$;

/* The outbox for people and tests: an event a row. */
create function flow.unpack(packed bytea, out number integer, out topic text, out key text, out headers bytea,
                            out value bytea) returns setof record language plpgsql immutable as $$
declare
    place integer := 0;
    size integer;
begin
    number := 0;
    while place < length(packed) loop
        number := number + 1;
        size := flow.length_at(packed, place, 2);
        topic := convert_from(substr(packed, place + 3, size - 1), 'UTF8');
        place := place + 2 + size;
        size := flow.length_at(packed, place, 2);
        key := convert_from(substr(packed, place + 3, size), 'UTF8');
        place := place + 2 + coalesce(size, 0);
        size := flow.length_at(packed, place, 2);
        headers := substr(packed, place + 3, size);
        place := place + 2 + size;
        size := flow.length_at(packed, place, 4);
        value := substr(packed, place + 5, size);
        place := place + 4 + coalesce(size, 0);
        return next;
    end loop;
end $$;
create view flow.outbox_event as
    select o.sequence, e.number, o.written_at, e.topic, e.key, e.headers, e.value
    from flow.outbox o cross join lateral flow.unpack(o.packed) e;

/* The relay's own row, written so that its commits reach the disk and all earlier ones with them. */
create table flow.relay (
    one boolean primary key default true check (one),
    turned_at timestamptz not null,
    turns bigint not null
) with (fillfactor = 10);
insert into flow.relay (turned_at, turns) values ('epoch', 0);

/* What is to come back as an event at its time, packed as the outbox will hold it. */
create table flow.timer (
    key uuid not null,
    kind text collate "C" not null,
    generation integer not null,
    due timestamptz not null,
    packed bytea not null,
    primary key (key, kind)
) with (autovacuum_vacuum_scale_factor = 0.02);
create index timer_due on flow.timer (due);

/* What a worker could not decide. */
create table flow.parked (
    entry uuid primary key,
    worker text collate "C" not null,
    topic text collate "C" not null,
    partition integer not null,
    "offset" bigint not null,
    message_id uuid,
    type text,
    key bytea, -- as it came: nobody says that it is text
    headers bytea not null,
    sealed bytea,
    size integer not null,
    reason text not null,
    parked_at timestamptz not null,
    replays integer not null default 0,
    replayed_at timestamptz,
    replayed_by uuid
);
create index parked_time on flow.parked (parked_at desc);
