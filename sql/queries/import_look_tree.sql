/* What the tree and the rows before say of each row of organisations: the one of its name, the one above it that it names, and
   earlier rows of its name and of that above. Writes nothing. */
with row as materialized (
    select * from unnest($3::integer[], $4::text[], $5::text[]) as i(line, name, parent)
)
select r.line, o.id, o.parent, cardinality(p.ids), p.ids[1],
    least((select min(b.line) from import_row b where b.import = $1 and b.label = r.name and b.line < r.line),
          (select min(b.line) from row b where b.name = r.name and b.line < r.line)),
    (exists (select from import_row b where b.import = $1 and b.label = r.parent and b.line < r.line and b.fate <> 3)
        or exists (select from row b where b.name = r.parent and b.line < r.line))
from row r
left join organisation o on o.name = r.name and o.active
left join lateral (select array_agg(x) as ids from organisations_named($2::uuid, r.parent) x) p on true
order by r.line
