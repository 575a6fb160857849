/* Keeps a plan. Writes study_plan. */
insert into study_plan (id, organisation, items, due_at) values ($1, $2, $3, $4)
