/* Accounts behind one. Writes nothing. */
select id from account where id > $1 order by id limit $2
