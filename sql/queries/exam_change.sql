/* Sets a draft anew; no row where it is published or not there. Writes exam. */
update exam set title = $2, opens_at = $3, closes_at = $4, minutes = $5, grace_seconds = $6, attempts = $7, counted = $8,
    multiple = $9, penalty = $10, release = $11, sections = $12, audience = $13
where id = $1 and not published
returning id
