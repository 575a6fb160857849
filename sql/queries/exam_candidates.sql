/* Members who sit an examination with where they stand, in the tree's order and by log-in name. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select c.member, c.login, c.organisation, c.place, coalesce(t.used, 0) as used, r.deadline,
        case when r.deadline is not null then 1 when t.used > 0 then 2 else 0 end as standing
    from exam_members($3::uuid, $4::uuid) c
    left join (select member, count(*) as used from attempt where exam = $3 group by member) t on t.member = c.member
    left join (
        select u.member, max(u.deadline) as deadline from attempt u
        where u.exam = $3 and not exists (select from sheet s
                                          where s.exam = u.exam and s.member = u.member and s.number = u.number)
        group by u.member
    ) r on r.member = c.member
    where $6::uuid[] is null or c.member in (select unnest($6::uuid[]))
), listed as (
    select * from found where $5::smallint is null or standing = $5
), page as (
    select * from listed order by place, login limit $7 offset $8
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'member', p.member, 'login', p.login, 'organisation', p.organisation, 'organisation_name', o.short_name,
        'standing', (array['none', 'under_way', 'handed_in'])[p.standing + 1], 'used', p.used,
        'deadline', wire_time(p.deadline), 'extra_minutes', x.minutes)) order by p.place, p.login), '[]'),
    (select count(*) from listed)
from page p join organisation o on o.id = p.organisation
left join extra_time x on x.exam = $3 and x.member = p.member
