/* A row of an import, locked. Writes nothing. */
select cells, fate, target, before from import_row where import = $1 and line = $2 for update
