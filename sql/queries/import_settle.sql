/* Decides a doubtful row: whom it updates is who is like it. No row where it is not doubtful, or is like nobody. Writes import_row. */
update import_row set fate = $3, target = case when $4::boolean then near end, decided = true
where import = $1 and line = $2 and (fate = 2 or decided) and (not $4 or near is not null)
returning line
