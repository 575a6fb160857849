/* A member's sheet question by question, in the order that he saw; nothing until the release rule shows keys. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
mine as (
    select s.* from asked a join sheet s on s.member = a.actor join exam e on e.id = s.exam
    cross join lateral release_shows(e.release, e.closes_at, a.at) r
    where s.exam = $3::uuid and s.number = $4::bigint and r.keys
), drawn as (
    select d.* from mine m cross join lateral attempt_questions(m.attempt) d
), page as (
    select * from drawn order by place limit $5 offset $6
), answered as (
    select w.question, w.answer from mine m cross join lateral sheet_answers(m.attempt, m.hand_in) w
), marked as (
    select k.question, k.mark from mine m cross join lateral sheet_marks(m.marks) k
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'place', p.place, 'question', p.question,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[q.kind + 1], 'stem', q.stem,
        'options', shown_options(q.options, case when q.kind in (0, 1, 5, 6) then p.options end),
        'rights', shown_options(q.rights, p.rights), 'answer', w.answer, 'mark', wire_hundredths(coalesce(m.mark, 0)),
        'full_mark', wire_hundredths(q.marks), 'key', k.key::json, 'explanation', q.explanation, 'source', q.source))
        order by p.place), '[]'),
    (select count(*) from drawn)
from page p cross join mine s
join paper_question q on q.exam = s.exam and q.number = p.question
join lateral (select k.key from paper_key k where k.exam = q.exam and k.number = q.number and k.version <= s.key_version
              order by k.version desc limit 1) k on true
left join answered w on w.question = p.question
left join marked m on m.question = p.question
