/* How many questions of each topic and kind a paper can be drawn from in a bank. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
kept as (
    select distinct on (q.number) q.number, q.topic, q.kind from question q where q.bank = $3::uuid
    order by q.number, q.version desc
), counted as (
    select k.topic, k.kind, count(*) as questions from kept k
    where not exists (select from question_retirement r where r.bank = $3 and r.number = k.number and r.retired)
    group by k.topic, k.kind
), page as (
    select * from counted order by topic, kind limit $4 offset $5
)
select coalesce(json_agg(json_build_object(
        'topic', p.topic,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[p.kind + 1],
        'questions', p.questions) order by p.topic, p.kind), '[]'),
    (select count(*) from counted)
from page p
