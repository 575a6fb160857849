/* What a contested value has come to. Writes person_fact. */
update person_fact set state = $2, reason = $3, decided_by = $4, decided_at = $5 where id = $1
