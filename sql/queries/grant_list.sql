/* Grants over an organisation and those below it, newest first; of the role that every member has only where it is asked for, or an
   account is. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
placed as (
    select b.id as top, g.* from organisations_below($3::uuid) b join account_grant g on g.organisation = b.id
    union all
    select t.id, g.* from organisation t join account_grant g on g.organisation is null where t.id = $3 and t.parent is null
), stood as (
    select p.*, case when p.ended_at is not null or p.until_at <= a.at then 2 when p.from_at > a.at then 0 else 1 end as state
    from asked a cross join placed p
    where ($4::uuid is null or p.account = $4) and ($7::uuid[] is null or p.account = any ($7))
        and case when $5::text is null then $4 is not null or p.role <> 'member' else p.role = $5 end
), found as (
    select * from stood where $6::smallint is null or state = $6
), page as (
    select * from found order by granted_at desc, id limit $8 offset $9
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'grant', p.id, 'member', p.account, 'login', a.login, 'role', p.role, 'organisation', p.top,
        'organisation_name', o.short_name, 'state', (array['coming', 'current', 'ended'])[p.state + 1],
        'given_at', wire_time(p.granted_at), 'given_by', p.given_by, 'reason', p.reason, 'from', wire_time(p.from_at),
        'until', wire_time(p.until_at), 'ended_at', wire_time(p.ended_at), 'ended_by', p.ended_by,
        'ended_why', p.ended_why)) order by p.granted_at desc, p.id), '[]'),
    (select count(*) from found)
from page p join account a on a.id = p.account join organisation o on o.id = p.top
