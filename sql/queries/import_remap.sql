/* Which column is what: all rows that could be read are to be checked anew. Writes import, import_row. */
with moved as (
    update import set columns = $2, alike = case when columns = $2 then alike end, state = 1, generation = generation + 1, done = 0, ended_at = null where id = $1
    returning id, generation
), again as (
    update import_row r set fate = 0, faults = '[]', label = null, hash = null, twin = null, target = null, near = null, decided = false
    from moved m where r.import = m.id and r.cells is not null and r.fate <> 0
)
select generation from moved
