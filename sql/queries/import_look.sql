/* What the record and the rows before say of each row: of people, the organisation it names, whose number, log-in name, or name and day
   of birth in that organisation it has, who else has that name and day of birth, and an earlier row that is the same or much like it.
   `$4` and `$6` are rows of `$5` and `$7`, indexes under each key of resident ID numbers, and of name and day of birth together.
   Writes nothing. */
with row as materialized (
    select * from unnest($3::integer[], $8::text[], $9::text[], $10::text[], $11::text[])
        as i(line, name, born, organisation, login)
), number as materialized (
    select * from unnest($4::integer[], $5::bytea[]) as i(line, hash)
), twin as materialized (
    select * from unnest($6::integer[], $7::bytea[]) as i(line, hash)
), place as materialized (
    select n.name, array_agg(o) as ids from (select distinct organisation as name from row where organisation is not null) n
    cross join lateral organisations_named($2::uuid, n.name) o group by n.name
), known as (
    select n.line, x.person from number n join person_index x on x.hash = n.hash and x.kind = 'resident_id'
), same as (
    select n.line, min(b.line) as before
    from number n cross join lateral (
        select r.line from import_row r where r.import = $1 and r.hash = n.hash and r.line < n.line
        union all select m.line from number m where m.hash = n.hash and m.line < n.line
    ) b group by n.line
), alike as (
    select n.line, min(b.line) as before
    from twin n cross join lateral (
        select r.line from import_row r where r.import = $1 and r.twin = n.hash and r.line < n.line
        union all select m.line from twin m where m.hash = n.hash and m.line < n.line
    ) b group by n.line
)
select r.line, cardinality(p.ids), p.ids[1], k.person, a.id, e.person, e.several, t.person, f.organisation, s.before, l.before
from row r
left join place p on p.name = r.organisation
left join known k on k.line = r.line
left join same s on s.line = r.line
left join alike l on l.line = r.line
left join account a on a.login = r.login
left join lateral (
    select (array_agg(s.id order by s.id))[1] as person, count(*) > 1 as several from person s
    where s.name = r.name and s.organisation = p.ids[1] and r.born is not null and s.birth_date = r.born
        and (not exists (select from number n where n.line = r.line)
             or not exists (select from person_index x where x.person = s.id and x.kind = 'resident_id'))
) e on true
left join lateral (
    select (array_agg(s.id order by s.id))[1] as person from person s
    where s.name = r.name and length(r.born) = 10 and s.birth_date = r.born
) t on true
left join person f on f.id = coalesce(k.person, a.id, e.person)
order by r.line
