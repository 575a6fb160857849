/* My devices, last seen first. Writes nothing. */
with mine as (
    select d.* from session.device d where d.account = $1 and d.closed_at is null
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'device', p.id, 'name', p.name, 'label', p.label, 'first_seen', wire_time(p.first_seen),
        'last_seen', wire_time(p.last_seen),
        'sessions', (select count(*) from session.session s where s.device = p.id and s.closed_at is null)))
        order by p.last_seen desc, p.id), '[]'),
    (select count(*) from mine)
from (select * from mine where $2::timestamptz is not null order by last_seen desc, id limit $3 offset $4) p
