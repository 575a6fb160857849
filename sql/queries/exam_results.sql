/* Results of an examination, of each member the attempt that counts by its rule. Writes nothing. */
with recursive asked (actor, at) as (select $1::uuid, $2::timestamptz),
placed (id) as (
    select coalesce($4::uuid, e.organisation) from exam e where e.id = $3::uuid
    union all
    select o.id from placed p join organisation o on o.parent = p.id
), counting as (
    select distinct on (s.member) s.member, s.number, s.ended, s.ended_at, s.mark, s.full_mark, s.revision,
        count(*) over (partition by s.member) as attempts
    from exam e join sheet s on s.exam = e.id
    where e.id = $3
    order by s.member, case e.counted when 0 then s.mark end desc,
        case when e.counted = 1 then s.ended_at end desc, case when e.counted = 2 then s.ended_at end, s.number
), found as (
    select c.*, a.login, o.id as organisation, o.short_name,
        row_number() over (order by case when $6::smallint = 1 then -c.mark end,
                                    case when $6 = 2 then c.ended_at end desc, o.ordinal, o.id, a.login) as place
    from placed p
    join organisation o on o.id = p.id
    join account a on a.organisation = p.id and a.active
    join member m on m.account = a.id
    join counting c on c.member = a.id
    where $5::uuid[] is null or a.id in (select unnest($5::uuid[]))
), page as (
    select * from found order by place limit $7 offset $8
)
select coalesce(json_agg(json_build_object(
        'member', p.member, 'login', p.login, 'organisation', p.organisation, 'organisation_name', p.short_name,
        'attempts', p.attempts, 'number', p.number, 'ended', (array['handed_in', 'closed', 'admitted'])[p.ended + 1],
        'ended_at', wire_time(p.ended_at), 'mark', wire_hundredths(p.mark), 'full_mark', wire_hundredths(p.full_mark),
        'revision', p.revision) order by p.place), '[]'),
    (select count(*) from found)
from page p
