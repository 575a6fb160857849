/* How far the organisations directly below one are with an examination, and what stands directly in it, of those that sit
   it. Who is among the last argument's has handed in and is not decided yet. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
top as (select coalesce($4::uuid, e.organisation) as id from exam e where e.id = $3::uuid),
counted as (
    select c.root, count(*) as members,
        count(*) filter (where exists (select from attempt t where t.exam = $3 and t.member = c.member)) as started,
        count(*) filter (where exists (select from sheet s where s.exam = $3 and s.member = c.member)) as graded,
        count(*) filter (where w.member is not null
                               or exists (select from sheet s where s.exam = $3 and s.member = c.member)) as handed_in
    from exam_members($3::uuid, $4::uuid) c
    left join (select distinct unnest($7::uuid[]) as member) w on w.member = c.member
    group by c.root
), listed as (
    select o.id, o.short_name, o.ordinal, o.id = (select id from top) as self, coalesce(c.members, 0) as members,
        coalesce(c.started, 0) as started, coalesce(c.handed_in, 0) as handed_in,
        coalesce(c.graded, 0) as graded
    from (
        select b.root from top cross join lateral organisations_below(top.id) b join exam_seats($3::uuid) s on s = b.id
        where b.root <> top.id
        union
        select root from counted
    ) r
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
