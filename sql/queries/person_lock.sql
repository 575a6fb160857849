/* A person, locked, with whether there is an account, and each value that holds. Writes nothing. */
with locked as (select id, organisation from person where id = $1 for update)
select p.organisation, exists (select from account a where a.id = p.id), f.field, f.value, s.sealed, f.source
from locked p left join person_fact f on f.person = p.id and f.state = 0
left join person_sealed s on s.fact = f.id
