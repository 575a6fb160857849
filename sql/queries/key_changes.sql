/* Sheets whose marks a proposed key changes, the greatest change first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select c.*, a.login, o.id as organisation, o.short_name
    from key_proposal p
    join key_change c on c.proposal = p.id
    join account a on a.id = c.member
    join organisation o on o.id = a.organisation
    where p.exam = $3::uuid and p.id = $4::uuid
), page as (
    select * from found order by abs(after - before) desc, login, number limit $5 offset $6
)
select coalesce(json_agg(json_build_object(
        'member', p.member, 'login', p.login, 'organisation', p.organisation, 'organisation_name', p.short_name,
        'number', p.number, 'before', wire_hundredths(p.before), 'after', wire_hundredths(p.after))
        order by abs(p.after - p.before) desc, p.login, p.number), '[]'),
    (select count(*) from found)
from page p
