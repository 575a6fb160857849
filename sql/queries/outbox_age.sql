/* How long the oldest row has waited, in milliseconds. Writes nothing. */
select (extract(epoch from clock_timestamp() - written_at) * 1000)::bigint
from flow.outbox order by sequence limit 1
