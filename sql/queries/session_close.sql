/* The end of the session of a refresh token. Writes session.session. */
select session.close($1, $2)
