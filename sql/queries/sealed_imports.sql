/* Sealed rows of imports behind one, locked. Writes nothing. */
select import, import, cells, 'cells', line from import_row
where (import, line) > ($1, $3) and cells is not null order by import, line limit $2 for update
