/* The end of the session that a refresh token belongs to. Writes session.session. */
select session.close($1, $2)
