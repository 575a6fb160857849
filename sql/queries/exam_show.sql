/* An examination with all that was set; a draft only for whoever administers its organisation ($5), a published one for whoever
   has a role ($4) there, above, or over some of those who sit it. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
placed as (
    select e.*, exam_standing(e.published, e.opens_at, e.closes_at, a.at) as state
    from asked a cross join exam e
    where e.id = $3::uuid and (organisation_within(e.organisation, $5::uuid[]) or (e.published and (
        organisation_within(e.organisation, $4::uuid[])
        or exam_tops(e.organisation, e.audience) && array(select organisations_around(t) from unnest($4) t))))
), drafted as (
    select json_agg(s.section || jsonb_build_object('bank_name', coalesce(b.name, '')) order by s.place) as sections,
        sum((s.section ->> 'draw')::integer) as drawn,
        sum((s.section ->> 'draw')::integer * (s.section ->> 'marks')::numeric) as full_mark
    from placed p cross join lateral jsonb_array_elements(p.sections) with ordinality as s (section, place)
    left join bank b on b.id = (s.section ->> 'bank')::uuid and b.organisation in (select organisations_around(p.organisation))
)
select json_build_object(
        'exam', p.id, 'organisation', p.organisation, 'organisation_name', o.short_name, 'title', p.title,
        'opens_at', wire_time(p.opens_at), 'closes_at', wire_time(p.closes_at), 'minutes', p.minutes,
        'grace_seconds', p.grace_seconds, 'attempts', p.attempts,
        'counted', (array['highest', 'latest', 'first'])[p.counted + 1],
        'multiple', (array['all_or_nothing', 'partial'])[p.multiple + 1], 'penalty', wire_hundredths(p.penalty),
        'release', (array['after_closing', 'mark_at_once', 'all_at_once', 'never'])[p.release + 1],
        'published', p.published, 'state', wire_exam_state(p.state),
        'version', p.version, 'questions', p.questions, 'drawn', d.drawn, 'full_mark', d.full_mark,
        'sections', d.sections, 'audience', (
            select coalesce(json_agg(json_build_object('organisation', s.id, 'name', s.short_name) order by a.place), '[]')
            from unnest(p.audience) with ordinality as a (id, place) join organisation s on s.id = a.id))
from placed p join organisation o on o.id = p.organisation cross join drafted d
