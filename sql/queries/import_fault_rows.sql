/* Faults of an import's rows, by line. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select r.line, r.fate, r.label, f.value, f.place
    from import_row r cross join jsonb_array_elements(r.faults) with ordinality f (value, place)
    where r.import = $3::uuid and r.faults <> '[]' and ($4::smallint is null or r.fate = $4)
        and ($5::text is null or f.value ->> 'reason' = $5)
), page as (select * from found order by line, place limit $6 offset $7)
select coalesce(json_agg(json_strip_nulls(json_build_object('row', p.line, 'fate', wire_import_fate(p.fate), 'label', p.label,
        'column', p.value ->> 'column', 'reason', p.value ->> 'reason', 'detail', p.value ->> 'detail',
        'detail_zh', p.value ->> 'detail_zh')) order by p.line, p.place), '[]'),
    (select count(*) from found)
from page p
