/* Whom a case asks now, instead of whom it asked before. Writes case_task. */
with gone as (delete from case_task where matter = $1)
insert into case_task (matter, move, role, place, due_on)
select $1, a.move, a.role, a.place, a.due_on
from unnest($2::text[], $3::text[], $4::smallint[], $5::date[]) as a (move, role, place, due_on)
