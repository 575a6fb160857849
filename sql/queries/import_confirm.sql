/* An import is confirmed by a case, or is to be taken back. Writes import. */
update import set state = $2::smallint, matter = coalesce(matter, $3), confirmed_by = case when $2 = 3 then $4::uuid else confirmed_by end,
    confirmed_at = case when $2 = 3 then $5::timestamptz else confirmed_at end,
    reversed_by = case when $2 = 5 then $4 end, done = 0, ended_at = null
where id = $1
