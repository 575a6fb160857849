/* A person's file as the caller sees it. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select json_strip_nulls(json_build_object(
        'person', p.id, 'organisation', p.organisation, 'organisation_name', o.short_name, 'login', a.login,
        'roles', (select coalesce(json_agg(role_shown(r) order by r.role), '[]')
                  from person_role r where r.person = p.id and r.until is null),
        'roles_before', (select coalesce(json_agg(role_shown(r) order by r.ended_at desc, r.id), '[]')
                         from (select * from person_role r where r.person = p.id and r.until is not null
                               order by r.ended_at desc, r.id limit 200) r),
        'facts', (select coalesce(json_agg(fact_shown(f, $4::text[], $5::text[]) order by f.field), '[]')
                  from person_fact f where f.person = p.id and f.state = 0 and f.field = any($4 || $5)),
        'entries', (select coalesce(json_agg(entry_shown(e) order by e.kind, e.since desc, e.recorded_at), '[]')
                    from (select * from person_entry n where n.person = p.id and n.withdrawn_at is null
                          order by n.recorded_at limit 500) e),
        'entries_withdrawn', (select coalesce(json_agg(entry_shown(e) order by e.withdrawn_at desc, e.id), '[]')
                              from (select * from person_entry n where n.person = p.id and n.withdrawn_at is not null
                                    order by n.withdrawn_at desc, n.id limit 200) e),
        'contested', (select count(*) from person_fact f where f.person = p.id and f.state = 2 and f.field = any($4 || $5)),
        'exams', d.exams, 'points', wire_hundredths(d.points)))
from person p join organisation o on o.id = p.organisation left join account a on a.id = p.id cross join lateral people_besides(array[p.id], null) d
where p.id = $3
