/* Results of those who sit an examination, of each the attempt that counts by its rule; in the tree's order, or the best or
   the last first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
counting as (
    select distinct on (s.member) s.member, s.number, s.ended, s.ended_at, s.mark, s.full_mark, s.revision,
        count(*) over (partition by s.member) as attempts
    from exam e join sheet s on s.exam = e.id
    where e.id = $3
    order by s.member, case e.counted when 0 then s.mark when 1 then s.number else -s.number end desc, s.number
), found as (
    select c.*, m.login, m.organisation,
        row_number() over (order by case when $6::smallint = 1 then c.mark end desc,
                                    case when $6 = 2 then c.ended_at end desc, m.place, m.login) as rank
    from exam_members($3::uuid, $4::uuid) m join counting c on c.member = m.member
    where $5::uuid[] is null or m.member in (select unnest($5::uuid[]))
), page as (
    select * from found order by rank limit $7 offset $8
)
select coalesce(json_agg(json_build_object(
        'member', p.member, 'login', p.login, 'organisation', p.organisation, 'organisation_name', o.short_name,
        'attempts', p.attempts, 'number', p.number, 'ended', (array['handed_in', 'closed', 'admitted'])[p.ended + 1],
        'ended_at', wire_time(p.ended_at), 'mark', wire_hundredths(p.mark), 'full_mark', wire_hundredths(p.full_mark),
        'revision', p.revision) order by p.rank), '[]'),
    (select count(*) from found)
from page p join organisation o on o.id = p.organisation
