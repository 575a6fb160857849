/* Who holds a post in an organisation on a day. Writes nothing. */
with asked (actor, at, day, known) as (
    select $1::uuid, $2::timestamptz, coalesce($4::date, ($2::timestamptz at time zone 'Asia/Shanghai')::date),
        coalesce($5::timestamptz, 'infinity')
), found as (
    select o.*, c.document from asked a cross join lateral officers_at(a.day, a.known) o join tree_change c on c.number = o.number
    where o.organisation = $3
), page as (select * from found order by post, ordinal, since, person limit $6 offset $7)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'organisation', p.organisation, 'member', p.person, 'post', wire_post(p.post), 'ordinal', p.ordinal, 'since', p.since,
        'document', p.document)) order by p.post, p.ordinal, p.since, p.person), '[]'),
    (select count(*) from found)
from page p
