/* A person, locked, with the photograph that holds. Writes nothing. */
with locked as (select id, organisation from person where id = $1 for update)
select p.organisation, f.source, s.sealed
from locked p left join person_fact f on f.person = p.id and f.field = 'photograph' and f.state = 0
left join person_photograph s on s.fact = f.id
