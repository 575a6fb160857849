/* Values that wait for a decision, in an organisation and those below it, oldest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select f.id, f.person, f.field, f.value, f.sealed, f.source, f.recorded_at, p.organisation, p.name
    from person_fact f join person p on p.id = f.person join organisations_below($3::uuid) b on b.id = p.organisation
    where f.state = 2 and f.field = any($6::text[] || $7::text[])
), page as (select * from found order by recorded_at, id limit $4 offset $5)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'person', g.person, 'person_name', g.name, 'organisation', g.organisation, 'fact', g.id, 'field', g.field,
        'value', seen(g.field, g.value, g.sealed, $6, $7), 'source', wire_fact_source(g.source),
        'present', seen(h.field, h.value, h.sealed, $6, $7), 'present_source', wire_fact_source(h.source),
        'recorded_at', wire_time(g.recorded_at))) order by g.recorded_at, g.id), '[]'),
    (select count(*) from found)
from page g left join person_fact h on h.person = g.person and h.field = g.field and h.state = 0
