/* Moves the closing of an examination to a later time. Writes exam. */
update exam set closes_at = $2 where id = $1 and closes_at < $2 returning id
