/* A person's file as the caller sees it. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select json_strip_nulls(json_build_object(
        'person', p.id, 'organisation', p.organisation, 'organisation_name', o.short_name, 'login', h.login, 'roles', h.roles,
        'roles_before', h.roles_before, 'facts', h.facts, 'entries', h.entries, 'entries_withdrawn', h.entries_withdrawn,
        'contested', h.contested, 'exams', d.exams, 'points', wire_hundredths(d.points)))
from person p join organisation o on o.id = p.organisation cross join lateral person_holds(p.id, $4, $5) h
cross join lateral people_besides(array[p.id], null) d
where p.id = $3
