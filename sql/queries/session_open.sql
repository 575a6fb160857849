/* A new session. Writes session.session, session.refresh, session.failure. */
select session.open($1, $2, $3, $4, $5)
