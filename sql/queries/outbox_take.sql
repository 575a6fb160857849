/* What may be said: every row committed by now, in the order of the inserts. A row of a lower sequence may be
   committed later; it is taken then (no water mark). Writes nothing. */
select sequence, topic, key, headers, value from flow.outbox order by sequence limit $1
