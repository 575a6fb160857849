/* Question banks of an organisation, of those above and of those below it, with how many questions each holds.
   Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select b.* from bank b where b.organisation in (select organisations_around($3::uuid))
), page as (
    select b.id, b.organisation, b.name, b.created_at,
        (select count(distinct q.number) from question q where q.bank = b.id) as questions
    from found b order by b.created_at desc, b.id limit $4 offset $5
)
select coalesce(json_agg(json_build_object('bank', p.id, 'organisation', p.organisation,
                                           'organisation_name', o.short_name, 'name', p.name,
                                           'questions', p.questions)
                         order by p.created_at desc, p.id), '[]'),
    (select count(*) from found)
from page p join organisation o on o.id = p.organisation
