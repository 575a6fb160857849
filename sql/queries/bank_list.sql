/* Question banks with how many questions each holds. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
page as (
    select b.id, b.name, b.created_at,
        (select count(distinct q.number) from question q where q.bank = b.id) as questions
    from bank b order by b.created_at desc, b.id limit $3 offset $4
)
select coalesce(json_agg(json_build_object('bank', p.id, 'name', p.name, 'questions', p.questions)
                         order by p.created_at desc, p.id), '[]'),
    (select count(*) from bank)
from page p
