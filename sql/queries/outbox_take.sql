/* What may be said: every row committed by now, in the order of the inserts, $1 rows or some 16 MiB at most. A
   row of a lower sequence may be committed later; it is taken then (no water mark). Writes nothing. */
select sequence, events, packed
from (
    select sequence, events, packed, sum(octet_length(packed)) over before as bytes
    from (select sequence, events, packed from flow.outbox order by sequence limit $1) as first
    window before as (order by sequence rows between unbounded preceding and 1 preceding)) as summed
where bytes is null or bytes < 16777216
order by sequence
