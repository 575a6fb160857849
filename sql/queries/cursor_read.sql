/* Where a worker stands in these partitions, and whether its topics have positions under other ids.
   Writes nothing. */
select a.n, c.next_offset, c.leader_epoch,
    c.next_offset is null and exists (
        select from flow.cursor o
        where o.worker = $1 and o.topic = a.topic and o.partition = a.partition
            and (o.cluster_id, o.topic_id) <> (a.cluster_id, a.topic_id)) as elsewhere
from unnest($2::text[], $3::uuid[], $4::integer[], $5::text[])
    with ordinality as a(cluster_id, topic_id, partition, topic, n)
left join flow.cursor c on c.worker = $1 and c.cluster_id = a.cluster_id and c.topic_id = a.topic_id
    and c.partition = a.partition
