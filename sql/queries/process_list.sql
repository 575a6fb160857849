/* Processes with their heartbeats, those that stopped long ago left out. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select p.*, p.alive_until > a.at as alive from asked a join flow.process p on p.kept_until > a.at
), page as (select * from found order by process, started_at desc, instance limit $3 offset $4)
select coalesce(json_agg(json_build_object(
        'process', p.process, 'instance', p.instance, 'started_at', wire_time(p.started_at),
        'seen_at', wire_time(p.seen_at), 'alive', p.alive, 'memory', p.memory, 'cpu_ms', p.cpu_ms, 'handled', p.handled)
        order by p.process, p.started_at desc, p.instance), '[]'),
    (select count(*) from found)
from page p
