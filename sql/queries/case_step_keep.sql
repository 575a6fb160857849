/* Keeps a step of a case. Writes case_step. */
insert into case_step (matter, number, command, move, state, actor, accepted_at, provisional, given)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
