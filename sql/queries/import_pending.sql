/* The next rows to be entered, by line; or to be taken back, from the last. Writes nothing. */
(select line from import_row where import = $1 and not $2::boolean and fate = 1 and line > $3::integer order by line limit $4)
union all
(select line from import_row where import = $1 and $2 and fate in (5, 6) and ($3 = 0 or line < $3)
 order by line desc limit $4)
