/* What the record and the rows before say of each row: of people, the organisation it names, whose number, log-in name, or name and day
   of birth in that organisation it has, who else has that name and day of birth, and an earlier row that is the same or much like it.
   `$6` are rows of `$7`, indexes of resident ID numbers under each key. Writes nothing. */
with row as materialized (
    select * from unnest($3::integer[], $4::bytea[], $5::bytea[], $8::text[], $9::text[], $10::text[], $11::text[])
        as i(line, hash, twin, name, born, organisation, login)
), place as materialized (
    select n.name, array_agg(o) as ids from (select distinct organisation as name from row where organisation is not null) n
    cross join lateral organisations_named($2::uuid, n.name) o group by n.name
), number as (
    select i.line, x.person from unnest($6::integer[], $7::bytea[]) as i(line, hash)
    join person_index x on x.hash = i.hash and x.kind = 'resident_id'
)
select r.line, cardinality(p.ids), p.ids[1], n.person, a.id, e.person, e.several, t.person, f.organisation,
    least((select min(b.line) from import_row b where b.import = $1 and b.hash = r.hash and b.line < r.line),
          (select min(b.line) from row b where b.hash = r.hash and b.line < r.line)),
    least((select min(b.line) from import_row b where b.import = $1 and b.twin = r.twin and b.line < r.line),
          (select min(b.line) from row b where b.twin = r.twin and b.line < r.line))
from row r
left join place p on p.name = r.organisation
left join number n on n.line = r.line
left join account a on a.login = r.login
left join lateral (
    select (array_agg(s.id order by s.id))[1] as person, count(*) > 1 as several from person s
    where s.name = r.name and s.organisation = p.ids[1] and r.born is not null and s.birth_date = r.born
        and (r.hash is null or not exists (select from person_index x where x.person = s.id and x.kind = 'resident_id'))
) e on true
left join lateral (
    select (array_agg(s.id order by s.id))[1] as person from person s
    where s.name = r.name and length(r.born) = 10 and s.birth_date = r.born
) t on true
left join person f on f.id = coalesce(n.person, a.id, e.person)
order by r.line
