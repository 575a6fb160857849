/* Photographs behind one, locked. Writes nothing. */
select s.fact, s.person, s.sealed, f.field, f.state
from person_photograph s join person_fact f on f.id = s.fact
where s.fact > $1 order by s.fact limit $2 for update of s
