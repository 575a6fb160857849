/* The same rows of imports under another key. Writes import_row. */
update import_row r set cells = i.sealed from unnest($1::uuid[], $2::text[], $3::integer[]) as i(import, sealed, line)
where r.import = i.import and r.line = i.line and r.cells is not null
