/* Changes when results show, no row where it is so already. Writes exam. */
update exam set release = $2 where id = $1 and release <> $2 returning id
