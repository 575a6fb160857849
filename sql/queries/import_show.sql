/* An import with its columns, its rows by what became of them, and their faults by reason. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
fate as (select r.fate, count(*) as rows from import_row r where r.import = $3::uuid group by r.fate),
reason as (
    select f.value ->> 'reason' as reason, f.value ->> 'column' as head, min(f.value ->> 'detail') as detail,
        min(f.value ->> 'detail_zh') as detail_zh, count(*) as rows
    from import_row r cross join jsonb_array_elements(r.faults) f (value)
    where r.import = $3 and r.faults <> '[]' group by 1, 2
)
select import_shown(i) || jsonb_build_object('columns', i.columns,
    'fates', (select coalesce(jsonb_agg(jsonb_build_object('fate', wire_import_fate(f.fate), 'rows', f.rows) order by f.fate), '[]')
              from fate f),
    'reasons', (select coalesce(jsonb_agg(jsonb_build_object('reason', g.reason, 'column', g.head, 'detail', g.detail,
                                                             'detail_zh', g.detail_zh, 'rows', g.rows)
                                          order by g.rows desc, g.reason, g.head), '[]')
                from (select * from reason order by rows desc, reason, head limit 200) g))
from import i where i.id = $3
