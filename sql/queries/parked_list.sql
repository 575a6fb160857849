/* Parked messages, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
page as (
    select entry, worker, topic, partition, "offset" as place, type, reason, parked_at, replays
    from flow.parked order by parked_at desc, entry limit $3 offset $4
)
select coalesce(json_agg(json_build_object(
        'message', p.entry, 'worker', p.worker, 'topic', p.topic, 'partition', p.partition, 'offset', p.place,
        'type', coalesce(left(p.type, 80), ''), 'reason', left(p.reason, 2000),
        'parked_at', wire_time(p.parked_at), 'replays', p.replays) order by p.parked_at desc, p.entry), '[]'),
    (select count(*) from flow.parked)
from page p
