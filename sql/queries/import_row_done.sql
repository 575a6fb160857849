/* What became of a row; what it held of a person is kept no longer than it takes to enter it. Writes import_row. */
update import_row set fate = $3, faults = $4, target = $5, before = coalesce($6::jsonb, before),
    cells = case when not $7::boolean then cells end
where import = $1 and line = $2
