/* A contested value of a person. Writes nothing. */
select f.field, f.value, s.sealed from person_fact f left join person_sealed s on s.fact = f.id where f.person = $1 and f.id = $2 and f.state = 2
