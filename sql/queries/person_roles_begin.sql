/* The roles that a person begins with, each once. Writes person_role. */
insert into person_role (id, person, role, since, given_by, given_at)
select i.id, $1, i.role, ($5::timestamptz at time zone 'Asia/Shanghai')::date, $4, $5
from unnest($2::uuid[], $3::smallint[]) as i(id, role)
on conflict do nothing
