/* What rows held of people that were not entered is kept no longer either. Writes import_row. */
update import_row set cells = null, hash = null, twin = null
where import = $1 and (cells is not null or hash is not null or twin is not null)
