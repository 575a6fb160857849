/* Rows of an import, by line. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
about as (select i.id, i.kind from import i where i.id = $3::uuid),
found as (
    select r.* from about a join import_row r on r.import = a.id
    where ($4::smallint is null or r.fate = $4)
        and ($5::text is null or r.faults @> jsonb_build_array(jsonb_build_object('reason', $5)))
), page as (select * from found order by line limit $6 offset $7)
select coalesce(json_agg(jsonb_strip_nulls(jsonb_build_object('row', p.line, 'fate', wire_import_fate(p.fate), 'label', p.label,
        'person', case when a.kind > 0 then p.target end, 'of', case when a.kind = 0 then p.target end,
        'like', case when p.fate = 2 then p.near end, 'faults', p.faults)) order by p.line), '[]'),
    (select count(*) from found)
from page p cross join about a
