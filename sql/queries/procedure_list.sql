/* Procedures with their versions, the newest first of each. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
today (day) as (select (at at time zone 'Asia/Shanghai')::date from asked),
found as (
    select p.*, coalesce((p.name, p.version) = (f.name, f.version), false) as in_force
    from procedure_pack p cross join today t cross join lateral pack_in_force(coalesce(p.supplements, p.name), t.day) f
    where $3::text is null or p.name = $3
), wanted as (
    select * from found where $4::boolean is null or in_force = $4
), page as (
    select * from wanted order by name, version desc limit $5 offset $6
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'procedure', p.name, 'version', p.version, 'level', (array['national', 'local'])[p.level + 1], 'supplements', p.supplements,
        'title', p.body ->> 'title', 'title_zh', p.body ->> 'title_zh', 'effective_from', p.effective_from,
        'adopted_at', wire_time(p.adopted_at), 'in_force', p.in_force)) order by p.name, p.version desc), '[]'),
    (select count(*) from wanted)
from page p
