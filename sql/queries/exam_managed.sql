/* Examinations that members of an organisation or of those below it sit, whosever they are, newest first; a draft only for
   whoever administers its organisation. Writes nothing. */
with asked (actor, at, tops) as (select $1::uuid, $2::timestamptz, $8::uuid[]),
placed as (
    select e.*, exam_standing(e.published, e.opens_at, e.closes_at, a.at) as state
    from asked a cross join exam e
    where exam_tops(e.organisation, e.audience) && array(select organisations_around($3::uuid))
        and (e.published or organisation_within(e.organisation, $9::uuid[]))
), found as (
    select * from placed
    where ($4::smallint is null or state = $4) and ($5::text is null or strpos(lower(title), lower($5)) > 0)
), page as (
    select * from found order by created_at desc, id limit $6 offset $7
), drafted as (
    select p.id, sum((s ->> 'draw')::integer) as drawn, sum((s ->> 'draw')::integer * (s ->> 'marks')::numeric) as full_mark
    from page p cross join lateral jsonb_array_elements(p.sections) s group by p.id
)
select coalesce(json_agg(json_build_object(
        'exam', p.id, 'organisation', p.organisation, 'organisation_name', o.short_name, 'title', p.title,
        'state', wire_exam_state(p.state), 'opens_at', wire_time(p.opens_at),
        'closes_at', wire_time(p.closes_at), 'minutes', p.minutes, 'attempts', p.attempts, 'drawn', d.drawn,
        'full_mark', d.full_mark, 'members', exam_size(p.id), 'created_at', wire_time(p.created_at))
        order by p.created_at desc, p.id), '[]'),
    (select count(*) from found)
from page p join organisation o on o.id = p.organisation join drafted d on d.id = p.id
