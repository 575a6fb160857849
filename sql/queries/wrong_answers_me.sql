/* What a member did not get full marks for in his last attempt at each examination, as far as release rules show keys, newest
   first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
latest as (
    select s.*, e.title
    from asked a cross join exam e cross join lateral release_shows(e.release, e.closes_at, a.at) r
    cross join lateral (select * from sheet where exam = e.id and member = a.actor order by number desc limit 1) s
    where e.published and r.keys and ($3::uuid is null or e.id = $3)
), wrong as (
    select s.*, d.place, d.question, d.options as seen, d.rights as seen_rights, q.kind, q.topic, q.stem, q.options, q.rights,
        q.marks as full_marks, q.explanation, q.source, coalesce(m.mark, 0) as got
    from latest s cross join lateral attempt_questions(s.attempt) d
    join paper_question q on q.exam = s.exam and q.number = d.question
    left join lateral (select k.mark from sheet_marks(s.marks) k where k.question = d.question limit 1) m on true
    where coalesce(m.mark, 0) < q.marks and ($4::text is null or q.topic = $4)
), page as (
    select * from wrong order by ended_at desc, exam, place limit $5 offset $6
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'exam', p.exam, 'title', p.title, 'number', p.number, 'ended_at', wire_time(p.ended_at), 'question', p.question,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[p.kind + 1], 'topic', p.topic,
        'stem', p.stem, 'options', shown_options(p.options, case when p.kind in (0, 1, 5, 6) then p.seen end),
        'rights', shown_options(p.rights, p.seen_rights), 'answer', w.answer, 'mark', wire_hundredths(p.got),
        'full_mark', wire_hundredths(p.full_marks), 'key', k.key::json, 'explanation', p.explanation, 'source', p.source))
        order by p.ended_at desc, p.exam, p.place), '[]'),
    (select count(*) from wrong)
from page p
join lateral (select k.key from paper_key k where k.exam = p.exam and k.number = p.question and k.version <= p.key_version
              order by k.version desc limit 1) k on true
left join lateral (select a.answer from sheet_answers(p.attempt, p.hand_in) a where a.question = p.question) w on true
