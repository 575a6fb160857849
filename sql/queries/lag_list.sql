/* Where the workers stand and how far behind the end that they last saw, the furthest behind first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select c.worker, c.topic, c.partition, c.next_offset as position, greatest(s.log_end, c.next_offset) as log_end,
        greatest(s.log_end - c.next_offset, 0) as lag, s.moved_at
    from asked a cross join flow.cursor c
    join flow.sight s on s.worker = c.worker and s.cluster_id = c.cluster_id and s.topic_id = c.topic_id
        and s.partition = c.partition
    where $3::text is null or c.worker = $3
), page as (select * from found order by lag desc, worker, topic, partition limit $4 offset $5)
select coalesce(json_agg(json_build_object(
        'worker', p.worker, 'topic', p.topic, 'partition', p.partition, 'position', p.position, 'end', p.log_end,
        'lag', p.lag, 'moved_at', wire_time(p.moved_at)) order by p.lag desc, p.worker, p.topic, p.partition), '[]'),
    (select count(*) from found)
from page p
