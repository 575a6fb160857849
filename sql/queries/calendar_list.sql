/* The years whose working days are known, the newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select distinct on (year) c.* from asked cross join working_calendar c order by year, version desc
), page as (
    select * from found order by year desc limit $3 offset $4
)
select coalesce(json_agg(json_build_object('calendar', p.body, 'adopted_at', wire_time(p.adopted_at)) order by p.year desc), '[]'),
    (select count(*) from found)
from page p
