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

/* Moves the positions of one batch, in the order given; raises BT001 where one stands elsewhere than expected. It
   must raise: an update of no rows is no error, and what follows would run. */
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

/* What transactions want said. The sequence must not be cached by sessions: its order is that of the inserts, and
   a key's inserts stand behind a row lock (at least that of the position claimed), so it is each key's order. */
create sequence flow.outbox_sequence cache 1;
create table flow.outbox (
    sequence bigint not null default nextval('flow.outbox_sequence'),
    written_at timestamptz not null default now(),
    topic text collate "C" not null,
    key text collate "C",
    headers bytea not null,
    value bytea
) with (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_insert_threshold = -1);
alter table flow.outbox alter value set storage external;
create unique index outbox_sequence_index on flow.outbox (sequence);

/* The relay's own row, written so that its commits reach the disk and all earlier ones with them. */
create table flow.relay (
    one boolean primary key default true check (one),
    turned_at timestamptz not null,
    turns bigint not null
) with (fillfactor = 10);
insert into flow.relay (turned_at, turns) values ('epoch', 0);

/* What is to come back as an event at its time. */
create table flow.timer (
    key uuid not null,
    kind text collate "C" not null,
    generation integer not null,
    due timestamptz not null,
    topic text collate "C" not null,
    message_key text collate "C",
    headers bytea not null,
    value bytea,
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
    key text,
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
