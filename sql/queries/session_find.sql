/* The account behind a log-in name. Writes nothing. */
select account, phc, active, failures from session.find($1, $2)
