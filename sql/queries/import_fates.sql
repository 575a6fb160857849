/* What the check of rows gave. Writes import_row. */
update import_row r set fate = i.fate, faults = i.faults, label = i.label, hash = i.hash, twin = i.twin, target = i.target,
    near = i.near
from unnest($2::integer[], $3::smallint[], $4::jsonb[], $5::text[], $6::bytea[], $7::bytea[], $8::uuid[], $9::uuid[])
    as i(line, fate, faults, label, hash, twin, target, near)
where r.import = $1 and r.line = i.line
