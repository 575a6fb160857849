/* A member's attempts in an examination, as far as its release rule shows them at the time asked. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
mine as (
    select s.*, r.marks as mark_shows, r.keys as keys_show
    from asked a join sheet s on s.member = a.actor join exam e on e.id = s.exam
    cross join lateral release_shows(e.release, e.closes_at, a.at) r
    where s.exam = $3::uuid
), page as (
    select * from mine order by number limit $4 offset $5
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'attempt', p.attempt, 'number', p.number, 'ended', (array['handed_in', 'closed', 'admitted'])[p.ended + 1],
        'ended_at', wire_time(p.ended_at), 'shown', p.mark_shows,
        'mark', case when p.mark_shows then wire_hundredths(p.mark) end, 'full_mark', wire_hundredths(p.full_mark),
        'keys_shown', p.keys_show)) order by p.number), '[]'),
    (select count(*) from mine)
from page p
