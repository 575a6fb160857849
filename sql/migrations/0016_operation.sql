-- How each process lives, and how far each worker is behind.  SPDX-License-Identifier: Apache-2.0
-- A process says itself until when its silence is no news and until when it is worth a line: nobody else knows its settings.
create table flow.process (
    process     text collate "C" not null,
    instance    text collate "C" not null,      -- host and process number
    started_at  timestamptz not null,
    seen_at     timestamptz not null,
    alive_until timestamptz not null,
    kept_until  timestamptz not null,
    memory      bigint not null,                -- bytes
    cpu_ms      bigint not null,
    handled     bigint not null,
    primary key (process, instance)
) with (fillfactor = 50);

-- A heartbeat, by the clock of who gives it; rows of those long gone are cleared on the way. The front writes no table: it
-- calls this, and so does everybody.
create function flow.beat(process_ text, instance_ text, started_ timestamptz, at_ timestamptz, alive_ms bigint,
                          kept_ms bigint, memory_ bigint, cpu_ms_ bigint, handled_ bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from flow.process p using (
        select process, instance from flow.process where kept_until <= at_ for update skip locked
    ) gone where p.process = gone.process and p.instance = gone.instance and (p.process, p.instance) <> (process_, instance_);
    insert into flow.process as p (process, instance, started_at, seen_at, alive_until, kept_until, memory, cpu_ms, handled)
    values (process_, instance_, started_, at_, at_ + alive_ms * interval '1 millisecond',
            at_ + kept_ms * interval '1 millisecond', memory_, cpu_ms_, handled_)
    on conflict (process, instance) do update set started_at = excluded.started_at, seen_at = excluded.seen_at,
        alive_until = excluded.alive_until, kept_until = excluded.kept_until, memory = excluded.memory,
        cpu_ms = excluded.cpu_ms, handled = excluded.handled;
$$;
revoke execute on function flow.beat(text, text, timestamptz, timestamptz, bigint, bigint, bigint, bigint, bigint) from public;

-- A partition's end as the worker that reads it last saw it, and when its position was first seen where it stands. Beside
-- flow.cursor and not in it: a batch shall not pay for it.
create table flow.sight (
    worker      text collate "C" not null,
    cluster_id  text collate "C" not null,
    topic_id    uuid not null,
    partition   integer not null,
    log_end     bigint not null,
    position    bigint not null,
    moved_at    timestamptz not null,
    primary key (worker, cluster_id, topic_id, partition)
) with (fillfactor = 50);
