/* How far a rotation of keys has come. Writes key_rotation. */
update key_rotation set part = $2::smallint, sealed = sealed + $3::bigint, unreadable = unreadable + $4::bigint,
    finished_at = case when $2::smallint = 5 then $5::timestamptz end
where id = $1
