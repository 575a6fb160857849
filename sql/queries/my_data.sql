/* Everything that the record holds of the caller: first all rows as JSON, then a row for each sealed value. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
held as (
    select h.source, (select coalesce(json_agg(json_build_object('column', c.key, 'value', c.value)), '[]')
                      from jsonb_each_text(h.held) c where c.value is not null) as columns
    from asked a cross join lateral session.held_of(a.actor) h
)
select coalesce(json_agg(json_build_object('table', source, 'columns', columns) order by source), '[]')::text, null::text, null::text
from held
union all
select null, s.field, s.sealed from asked a cross join lateral session.sealed_of(a.actor) s
