/* Ends a role that a person holds; no row where it is not held, or was not yet on that day. Writes person_role. */
update person_role set until = $3, reason = $4, ended_by = $5, ended_at = $6
where person = $1 and role = $2 and until is null and since <= $3
returning (select organisation from person where id = $1)
