/* Exports asked for over an organisation and those below it, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select e as whole, e.proposed_at, e.id from export e join organisations_below($3::uuid) b on b.id = e.organisation
    where $4::smallint is null or e.state = $4
), page as (select * from found order by proposed_at desc, id limit $5 offset $6)
select coalesce(json_agg(export_shown(p.whole) order by p.proposed_at desc, p.id), '[]'), (select count(*) from found)
from page p
