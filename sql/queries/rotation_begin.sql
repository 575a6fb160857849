/* A rotation of keys begins; no row where one is under way. Writes key_rotation. */
insert into key_rotation (id, key, part, reason, started_by, started_at)
select $1, $2, 0, $3, $4, $5 where not exists (select from key_rotation where finished_at is null)
returning id
