/* Ends sessions that hold these positions in a transaction and have waited for their client since $5
   milliseconds. Writes nothing. */
select pg_terminate_backend(a.pid)
from unnest($2::text[], $3::uuid[], $4::integer[]) as p(cluster_id, topic_id, partition)
join flow.cursor c on c.worker = $1 and c.cluster_id = p.cluster_id and c.topic_id = p.topic_id
    and c.partition = p.partition
join pg_locks l on l.locktype = 'transactionid' and l.transactionid = c.xmax and l.granted
join pg_stat_activity a on a.pid = l.pid and a.pid <> pg_backend_pid()
where a.wait_event_type = 'Client'
    and a.state_change < clock_timestamp() - $5::bigint * interval '1 millisecond'
