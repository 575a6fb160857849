/* Sealed parked messages behind one, locked. Writes nothing. */
select entry, entry, sealed, 'parked', 1::smallint from flow.parked
where entry > $1 and sealed is not null order by entry limit $2 for update
