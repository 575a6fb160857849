/* Rows for partitions that have none, standing at the log's first offset. Writes flow.cursor. */
insert into flow.cursor (worker, cluster_id, topic_id, topic, partition, next_offset)
select $1, a.cluster_id, a.topic_id, a.topic, a.partition, a.first
from unnest($2::text[], $3::uuid[], $4::integer[], $5::text[], $6::bigint[])
    as a(cluster_id, topic_id, partition, topic, first)
order by a.topic_id, a.partition
on conflict do nothing
