/* The deadlines of a case that run now, instead of those before. Writes case_deadline. */
with gone as (delete from case_deadline where matter = $1 and deadline <> all($2::text[]))
insert into case_deadline (matter, deadline, generation, due_on, provisional)
select $1, d.deadline, d.generation, d.due_on, d.provisional
from unnest($2::text[], $3::integer[], $4::date[], $5::boolean[]) as d (deadline, generation, due_on, provisional)
on conflict (matter, deadline) do update set generation = excluded.generation, due_on = excluded.due_on,
    provisional = excluded.provisional, overdue_at = null
where case_deadline.generation <> excluded.generation
