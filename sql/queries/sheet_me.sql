/* A sheet of a member, question by question, while the release rule shows keys at the time asked. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
mine as (
    select s.*
    from asked a join sheet s on s.member = a.actor join exam e on e.id = s.exam
    cross join lateral released(e.release, e.closes_at, a.at) r
    where s.exam = $3::uuid and s.number = $4::bigint and r.keys
), lines as (
    select s.exam, s.attempt, s.hand_in, s.key_version, d.place, d.question, coalesce(m.mark, 0) as mark
    from mine s join attempt t on t.id = s.attempt cross join lateral questions_drawn(t.questions) d
    left join lateral sheet_marks(s.marks) m on m.question = d.question
), page as (
    select l.*, drawn_question(l.attempt, l.question) as drawn from lines l order by l.place limit $5 offset $6
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'place', p.place, 'question', p.question,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[q.kind + 1],
        'stem', q.stem, 'options', options_shown(q.options, p.drawn -> 'options'),
        'rights', options_shown(q.rights, p.drawn -> 'rights'),
        'answer', counted_answer(p.attempt, p.hand_in, p.question), 'mark', wire_hundredths(p.mark),
        'full_mark', wire_hundredths(q.marks), 'key', key_at(p.exam, p.question, p.key_version),
        'explanation', q.explanation, 'source', q.source)) order by p.place), '[]'),
    (select count(*) from lines)
from page p join paper_question q on q.exam = p.exam and q.number = p.question
