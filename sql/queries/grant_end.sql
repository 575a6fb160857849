/* Ends a grant. Writes account_grant. */
update account_grant set ended_at = $2, ended_by = $3, ended_why = $4 where id = $1 and ended_at is null
returning id
