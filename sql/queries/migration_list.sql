/* The migrations applied, in order. Writes nothing. */
select name, checksum from flow.migration order by name
