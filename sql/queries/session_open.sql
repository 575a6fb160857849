/* A new session. Writes session.session, session.refresh, session.device. */
select session.open($1, $2, $3, $4, $5, $6, $7, $8, $9)
