/* Notes the ends of a worker's partitions as it saw them at $6. Writes flow.sight. */
insert into flow.sight as s (worker, cluster_id, topic_id, partition, log_end, position, moved_at)
select c.worker, c.cluster_id, c.topic_id, c.partition, a.log_end, c.next_offset, $6
from unnest($2::text[], $3::uuid[], $4::integer[], $5::bigint[]) as a(cluster_id, topic_id, partition, log_end)
cross join lateral (
    select * from flow.cursor where worker = $1 and cluster_id = a.cluster_id and topic_id = a.topic_id
        and partition = a.partition limit 1
) as c
order by c.topic_id, c.partition
on conflict (worker, cluster_id, topic_id, partition) do update set log_end = excluded.log_end,
    position = excluded.position,
    moved_at = case when s.position = excluded.position then s.moved_at else excluded.moved_at end
