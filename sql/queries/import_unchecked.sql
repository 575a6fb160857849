/* The next rows that could be read, by line. Writes nothing. */
select line, cells from import_row where import = $1 and line > $2 and cells is not null order by line limit $3
