/* Withdraws an entry of a person's file; no row where there is none. Writes person_entry. */
update person_entry set reason = $3, withdrawn_by = $4, withdrawn_at = $5
where person = $1 and id = $2 and withdrawn_at is null
returning (select organisation from person where id = $1)
