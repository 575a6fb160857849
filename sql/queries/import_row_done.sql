/* What became of a row. Writes import_row. */
update import_row set fate = $3, faults = $4, target = $5, before = coalesce($6::jsonb, before) where import = $1 and line = $2
