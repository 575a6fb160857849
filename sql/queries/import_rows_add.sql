/* Rows of a file as they came. Writes import_row. */
insert into import_row (import, line, cells, fate, faults)
select $1, i.line, i.cells, i.fate, i.faults from unnest($2::integer[], $3::text[], $4::smallint[], $5::jsonb[]) as i(line, cells, fate, faults)
