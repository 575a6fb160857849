/* What a member did not get full marks for in the last attempt at each examination whose release rule shows keys at the time
   asked, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
lasts as (
    select distinct on (s.exam) s.*, e.title
    from asked a join sheet s on s.member = a.actor join exam e on e.id = s.exam
    cross join lateral released(e.release, e.closes_at, a.at) r
    where r.keys and ($3::uuid is null or s.exam = $3)
    order by s.exam, s.number desc
), wrong as (
    select l.exam, l.title, l.number, l.ended_at, l.attempt, l.hand_in, l.key_version, d.place, d.question,
        coalesce(m.mark, 0) as mark
    from lasts l join attempt t on t.id = l.attempt cross join lateral questions_drawn(t.questions) d
    left join lateral sheet_marks(l.marks) m on m.question = d.question
    join paper_question q on q.exam = l.exam and q.number = d.question
    where coalesce(m.mark, 0) < q.marks and ($4::text is null or q.topic = $4)
), page as (
    select w.*, drawn_question(w.attempt, w.question) as drawn
    from wrong w order by w.ended_at desc, w.exam, w.place limit $5 offset $6
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'exam', p.exam, 'title', p.title, 'number', p.number, 'ended_at', wire_time(p.ended_at), 'question', p.question,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[q.kind + 1],
        'topic', q.topic, 'stem', q.stem, 'options', options_shown(q.options, p.drawn -> 'options'),
        'rights', options_shown(q.rights, p.drawn -> 'rights'),
        'answer', counted_answer(p.attempt, p.hand_in, p.question), 'mark', wire_hundredths(p.mark),
        'full_mark', wire_hundredths(q.marks), 'key', key_at(p.exam, p.question, p.key_version),
        'explanation', q.explanation, 'source', q.source)) order by p.ended_at desc, p.exam, p.place), '[]'),
    (select count(*) from wrong)
from page p join paper_question q on q.exam = p.exam and q.number = p.question
