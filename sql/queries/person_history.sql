/* Every value that was ever entered for a person, newest first, as the caller sees them. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select f.* from person_fact f
    where f.person = $3 and ($4::text is null or f.field = $4) and f.field = any($7::text[] || $8::text[])
), page as (select * from found order by recorded_at desc, id limit $5 offset $6)
select coalesce(json_agg(fact_shown((select f from person_fact f where f.id = p.id), $7, $8) order by p.recorded_at desc, p.id), '[]'),
    (select count(*) from found)
from page p
