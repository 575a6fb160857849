/* The roles that a person begins with, each once. Writes person_role. */
insert into person_role (id, person, role, since, given_by, given_at)
select i.id, $1, i.role, $6::date, $4, $5::timestamptz
from unnest($2::uuid[], $3::smallint[]) as i(id, role)
on conflict do nothing
