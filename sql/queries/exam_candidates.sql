/* Members who sit an examination with where they stand, by branch and log-in name. Writes nothing. */
with recursive asked (actor, at) as (select $1::uuid, $2::timestamptz),
below (id) as (
    select coalesce($4::uuid, e.organisation) from exam e where e.id = $3::uuid
    union all
    select o.id from below b join organisation o on o.parent = b.id
), found as (
    select a.id, a.login, o.id as organisation, o.short_name, o.ordinal, coalesce(t.used, 0) as used, r.deadline,
        case when r.deadline is not null then 1 when t.used > 0 then 2 else 0 end as standing
    from below b
    join exam_seats($3::uuid) s on s = b.id
    join organisation o on o.id = b.id
    join account a on a.organisation = b.id and a.active
    join member m on m.account = a.id
    left join (select member, count(*) as used from attempt where exam = $3 group by member) t on t.member = a.id
    left join (
        select u.member, max(u.deadline) as deadline from attempt u
        where u.exam = $3 and not exists (select from sheet s
                                          where s.exam = u.exam and s.member = u.member and s.number = u.number)
        group by u.member
    ) r on r.member = a.id
    where $6::uuid[] is null or a.id in (select unnest($6::uuid[]))
), listed as (
    select * from found where $5::smallint is null or standing = $5
), page as (
    select * from listed order by ordinal, organisation, login limit $7 offset $8
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'member', p.id, 'login', p.login, 'organisation', p.organisation, 'organisation_name', p.short_name,
        'standing', (array['none', 'under_way', 'handed_in'])[p.standing + 1], 'used', p.used,
        'deadline', wire_time(p.deadline), 'extra_minutes', x.minutes)) order by p.ordinal, p.organisation, p.login), '[]'),
    (select count(*) from listed)
from page p left join extra_time x on x.exam = $3 and x.member = p.id
