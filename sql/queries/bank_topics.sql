/* How many questions of each topic and kind a paper can be drawn from in a bank. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
counted as (
    select topic, kind, count(*) as questions from question_current where bank = $3::uuid and not retired group by topic, kind
), page as (
    select * from counted order by topic, kind limit $4 offset $5
)
select coalesce(json_agg(json_build_object(
        'topic', p.topic,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[p.kind + 1],
        'questions', p.questions) order by p.topic, p.kind), '[]'),
    (select count(*) from counted)
from page p
