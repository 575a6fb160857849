/* A published paper's questions with their keys in force, and on how many sheets each stands and is right. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
page as (
    select q.* from paper_question q where q.exam = $3::uuid order by q.number limit $4 offset $5
), fared as (
    select d.question, m.mark, count(*) as sheets
    from sheet s join attempt t on t.id = s.attempt cross join lateral questions_packed(t.questions) d
    left join lateral sheet_marks(s.marks) m on m.question = d.question
    where s.exam = $3 group by d.question, m.mark
), counted as (
    select p.number, coalesce(sum(f.sheets), 0) as drawn,
        coalesce(sum(f.sheets) filter (where f.mark = p.marks), 0) as fully
    from page p left join fared f on f.question = p.number group by p.number
)
select coalesce(json_agg(json_build_object(
        'question', p.number, 'section', p.section + 1,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[p.kind + 1],
        'topic', p.topic, 'stem', p.stem, 'options', p.options, 'rights', p.rights, 'marks', wire_hundredths(p.marks),
        'key', k.key::json, 'key_version', k.version, 'voided', coalesce((k.key::json ->> 'voided')::boolean, false),
        'explanation', p.explanation, 'source', p.source, 'drawn', c.drawn, 'right', c.fully) order by p.number), '[]'),
    (select count(*) from paper_question q where q.exam = $3)
from page p join counted c on c.number = p.number
join lateral (select k.key, k.version from paper_key k where k.exam = p.exam and k.number = p.number
              order by k.version desc limit 1) k on true
