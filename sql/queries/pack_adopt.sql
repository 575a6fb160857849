/* Keeps a version of a procedure unless it stands. Writes procedure_pack. */
insert into procedure_pack (name, version, level, supplements, effective_from, body, adopted_at, adopted_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing returning name
