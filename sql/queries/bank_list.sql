/* Question banks of an organisation, of those above and of those below it, with how many questions each holds.
   Writes nothing. */
with recursive asked (actor, at) as (select $1::uuid, $2::timestamptz),
above (id) as (
    select $3::uuid
    union all
    select o.parent from above a join organisation o on o.id = a.id where o.parent is not null
), below (id) as (
    select $3::uuid
    union all
    select o.id from below b join organisation o on o.parent = b.id
), found as (
    select b.* from bank b where b.organisation in (select id from above union select id from below)
), page as (
    select b.id, b.organisation, b.name, b.created_at,
        (select count(distinct q.number) from question q where q.bank = b.id) as questions
    from found b order by b.created_at desc, b.id limit $4 offset $5
)
select coalesce(json_agg(json_build_object('bank', p.id, 'organisation', p.organisation, 'name', p.name,
                                           'questions', p.questions)
                         order by p.created_at desc, p.id), '[]'),
    (select count(*) from found)
from page p
