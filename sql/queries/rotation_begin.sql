/* A rotation of keys begins. Writes key_rotation. */
insert into key_rotation (id, key, part, reason, started_by, started_at) values ($1, $2, 0, $3, $4, $5)
