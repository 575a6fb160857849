/* Values in whose place others come. Writes person_fact. */
update person_fact f set state = 1, replaced_by = i.id
from unnest($2::uuid[], $3::text[], $4::smallint[]) as i(id, field, state)
where f.person = $1 and f.field = i.field and f.state = 0 and i.state = 0
