/* The hash of an account's own password. Writes nothing. */
select phc, factor from session.own($1)
