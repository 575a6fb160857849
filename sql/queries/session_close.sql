/* The end of a session. Writes session.session. */
select session.close($1, $2)
