/* Changes when results show. Writes exam. */
update exam set release = $2 where id = $1 returning id
