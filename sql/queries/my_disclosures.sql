/* Who had values of the caller's shown, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select e.* from asked k join audit.entry e on e.object = k.actor and e.action = 'person_disclose'
), page as (select * from found order by at desc, number desc limit $3 offset $4)
select coalesce(json_agg(json_build_object('at', wire_time(p.at), 'actor', p.actor, 'field', p.field, 'reason', p.reason)
                         order by p.at desc, p.number desc), '[]'),
    (select count(*) from found)
from page p
