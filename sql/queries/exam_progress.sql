/* How far the organisations directly below one are with an examination, and what stands directly in it, of those that sit
   it. Who is among the last argument's has handed in and is not decided yet. Writes nothing. */
with recursive asked (actor, at) as (select $1::uuid, $2::timestamptz),
top as (select coalesce($4::uuid, e.organisation) as id from exam e where e.id = $3::uuid),
below (root, id) as (
    select o.id, o.id from top join organisation o on o.parent = top.id
    union all
    select b.root, o.id from below b join organisation o on o.parent = b.id
), seated (root, id) as (
    select p.root, p.id from (select * from below union all select id, id from top) p
    join exam_seats($3::uuid) s on s = p.id
), counted as (
    select p.root, count(*) as members,
        count(*) filter (where exists (select from attempt t where t.exam = $3 and t.member = m.account)) as started,
        count(*) filter (where exists (select from sheet s where s.exam = $3 and s.member = m.account)) as graded,
        count(*) filter (where w.member is not null
                               or exists (select from sheet s where s.exam = $3 and s.member = m.account)) as handed_in
    from seated p
    join account a on a.organisation = p.id and a.active
    join member m on m.account = a.id
    left join (select distinct unnest($7::uuid[]) as member) w on w.member = m.account
    group by p.root
), listed as (
    select o.id, o.short_name, o.ordinal, o.id = (select id from top) as self, coalesce(c.members, 0) as members,
        coalesce(c.started, 0) as started, coalesce(c.handed_in, 0) as handed_in,
        coalesce(c.graded, 0) as graded
    from (select distinct s.root from seated s where s.root <> (select id from top) union select root from counted) r
    join organisation o on o.id = r.root
    left join counted c on c.root = r.root
), page as (
    select * from listed order by self, ordinal, id limit $5 offset $6
)
select coalesce(json_agg(json_build_object(
        'organisation', p.id, 'name', p.short_name, 'members', p.members, 'started', p.started,
        'handed_in', p.handed_in, 'graded', p.graded) order by p.self, p.ordinal, p.id), '[]'),
    (select count(*) from listed)
from page p
