/* Parked messages, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select entry, worker, topic, partition, "offset" as place, coalesce(type, '') as type, reason, parked_at, replays
    from flow.parked
    where ($3::text is null or worker = $3)
        and ($4::text is null or strpos(lower(reason), lower($4)) > 0 or strpos(lower(type), lower($4)) > 0)
        and ($5::boolean is null or (replays > 0) = $5)
), page as (select * from found order by parked_at desc, entry limit $6 offset $7)
select coalesce(json_agg(json_build_object(
        'message', p.entry, 'worker', p.worker, 'topic', p.topic, 'partition', p.partition, 'offset', p.place,
        'type', left(p.type, 80), 'reason', left(p.reason, 2000),
        'parked_at', wire_time(p.parked_at), 'replays', p.replays) order by p.parked_at desc, p.entry), '[]'),
    (select count(*) from found)
from page p
