/* The name of an account whose person has another name now. Writes account. */
update account set name = $2 where id = $1
