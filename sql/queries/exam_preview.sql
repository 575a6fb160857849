/* A sheet as a candidate might get it: of a draft from the banks as they stand, of a published paper from that; which
   questions, and in which order their options stand, is a hash of the sheet's number and the question's. Shows no key, and
   numbers no draft's options so that they tell it. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
section as (
    select e.id as exam, e.organisation, e.published, s.place, (s.section ->> 'bank')::uuid as bank,
        s.section ->> 'topic' as topic,
        array_position(array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'], s.section ->> 'kind') - 1
            as kind,
        s.section -> 'numbers' as numbers, (s.section ->> 'draw')::integer as draw,
        ((s.section ->> 'marks')::numeric * 100)::bigint as marks
    from exam e cross join lateral jsonb_array_elements(e.sections) with ordinality as s (section, place)
    where e.id = $3::uuid
), banked as (
    select s.place as section, s.draw, s.marks, q.kind, q.stem, q.options, q.rights, q.key::json as key, true as draft,
        row_number() over (order by s.place, q.number) as number
    from section s
    join bank b on b.id = s.bank and b.organisation in (select organisations_around(s.organisation))
    cross join lateral (select * from question_current where bank = s.bank and not retired offset 0) q
    where not s.published and q.kind = s.kind and (s.topic is null or q.topic = s.topic)
        and (s.numbers is null or s.numbers @> to_jsonb(q.number))
), pool as (
    select * from banked where number <= 2000
    union all
    select s.place, s.draw, p.marks, p.kind, p.stem, p.options, p.rights, k.key, false, p.number
    from section s join paper_question p on p.exam = s.exam and p.section + 1 = s.place
    cross join lateral (select key::json from paper_key where exam = p.exam and number = p.number order by version limit 1) k
    where s.published
), ranked as (
    select p.*, seed, row_number() over (partition by p.section order by md5(seed || ':' || p.number)) as rank
    from pool p cross join lateral (select coalesce($4::bigint, 0)::text || ':' || p.section as seed) d
), drawn as (
    select * from ranked where rank <= draw
), page as (
    select *, seed || ':' || number as own from drawn order by section, rank limit $5 offset $6
)
select coalesce(json_agg(json_build_object(
        'question', p.number,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[p.kind + 1],
        'stem', p.stem, 'marks', wire_hundredths(p.marks),
        'blanks', case when p.kind = 3 then coalesce(json_array_length(p.key -> 'blanks'), 0) else 0 end,
        'options', options_previewed(p.options, p.own, p.kind in (0, 1, 5), p.draft and p.kind = 5),
        'rights', options_previewed(p.rights, p.own, true, p.draft)) order by p.section, p.rank), '[]'),
    (select count(*) from drawn)
from page p
