/* Which of these messages a worker has had. Writes nothing. */
select a.n, i.status, i.digest
from unnest($2::uuid[]) with ordinality as a(message_id, n)
cross join lateral (
    select status, digest from flow.inbox where message_id = a.message_id and worker = $1 limit 1) as i
