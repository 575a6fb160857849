/* The account behind a log-in name. Writes nothing. */
select account, phc, active, must_change, factor from session.find($1)
