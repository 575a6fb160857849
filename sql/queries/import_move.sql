/* How far an import is. Writes import. */
update import set state = $2::smallint, done = $3, ended_at = case when $2 in (2, 4, 6) then $4::timestamptz end where id = $1
