/* Movements of members into and out of an organisation and those below it, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
those as (select id from organisations_below($3) b (id, root, place)),
found as (
    select e.* from membership_entry e join those t on t.id = e.to_organisation
    union
    select e.* from membership_entry e join those t on t.id = e.from_organisation
), page as (select * from found order by entry desc limit $4 offset $5)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'entry', p.entry, 'member', p.person, 'from_standing', wire_standing(p.from_standing),
        'from_organisation', p.from_organisation, 'to_standing', wire_standing(p.to_standing),
        'to_organisation', p.to_organisation, 'change', c.id, 'effective', c.effective, 'document', c.document,
        'posted_at', wire_time(p.posted_at))) order by p.entry desc), '[]'),
    (select count(*) from found)
from page p join tree_change c on c.number = p.number
