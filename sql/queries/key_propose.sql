/* Keeps a proposed key. Writes key_proposal. */
insert into key_proposal (id, exam, number, key, reason, proposed_by, proposed_at, sheets, changed)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
