/* A member's attempts in an examination, as far as its release rule shows them at the time asked. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
mine as (
    select s.*, e.release in (1, 2) or (e.release = 0 and a.at >= e.closes_at) as mark_shows,
        e.release = 2 or (e.release in (0, 1) and a.at >= e.closes_at) as all_shows
    from asked a join sheet s on s.member = a.actor join exam e on e.id = s.exam
    where s.exam = $3::uuid
), page as (
    select * from mine order by number limit $4 offset $5
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'attempt', p.attempt, 'number', p.number, 'ended', (array['handed_in', 'closed', 'admitted'])[p.ended + 1],
        'ended_at', wire_time(p.ended_at), 'shown', p.mark_shows,
        'mark', case when p.mark_shows then wire_hundredths(p.mark) end, 'full_mark', wire_hundredths(p.full_mark),
        'questions', case when p.all_shows then (
            select json_agg(json_build_object(
                    'question', q.number, 'mark', wire_hundredths(m.mark),
                    'full_mark', wire_hundredths(q.marks), 'key', k.key, 'explanation', q.explanation,
                    'source', q.source) order by m.place)
            from sheet_marks(p.marks) with ordinality as m (question, mark, place)
            join paper_question q on q.exam = p.exam and q.number = m.question
            join lateral (select k.key from paper_key k
                          where k.exam = q.exam and k.number = q.number and k.version <= p.key_version
                          order by k.version desc limit 1) k on true) end)) order by p.number), '[]'),
    (select count(*) from mine)
from page p
