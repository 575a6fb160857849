/* Imports into an organisation and those below it, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select i as whole, i.begun_at, i.id from import i join organisations_below($3::uuid) b on b.id = i.organisation
    where $4::smallint is null or i.state = $4
), page as (select * from found order by begun_at desc, id limit $5 offset $6)
select coalesce(json_agg(import_shown(p.whole) order by p.begun_at desc, p.id), '[]'), (select count(*) from found)
from page p
