/* A person's file as the caller sees it. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select json_strip_nulls(json_build_object(
        'person', p.id, 'organisation', p.organisation, 'organisation_name', o.short_name, 'login', a.login,
        'roles', (select coalesce(json_agg(json_build_object('role', wire_person_role(r.role), 'since', r.since, 'until', r.until,
                                                             'category', r.category, 'post', r.post, 'rank', r.rank,
                                                             'place', r.place) order by r.role), '[]')
                  from person_role r where r.person = p.id and r.until is null),
        'facts', (select coalesce(json_agg(fact_shown(f, $4::text[], $5::text[]) order by f.field), '[]')
                  from person_fact f where f.person = p.id and f.state = 0 and f.field = any($4 || $5)),
        'entries', (select coalesce(json_agg(json_build_object(
                                'entry', e.id, 'kind', (array['education', 'degree', 'award', 'penalty', 'appraisal', 'post'])[e.kind + 1],
                                'title', e.title, 'institution', e.institution, 'since', e.since, 'until', e.until,
                                'document', e.document, 'source', wire_fact_source(e.source), 'reference', e.reference,
                                'recorded_by', e.recorded_by, 'recorded_at', wire_time(e.recorded_at))
                                order by e.kind, e.since desc, e.recorded_at), '[]')
                    from (select * from person_entry n where n.person = p.id and n.withdrawn_at is null
                          order by n.recorded_at limit 500) e),
        'contested', (select count(*) from person_fact f where f.person = p.id and f.state = 2 and f.field = any($4 || $5)),
        'exams', d.exams, 'points', wire_hundredths(d.points)))
from person p join organisation o on o.id = p.organisation left join account a on a.id = p.id cross join lateral people_besides(array[p.id], null) d
where p.id = $3
