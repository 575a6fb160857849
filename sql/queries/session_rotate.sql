/* A refresh token spent for the next. Writes session.refresh, session.session. */
select account, session from session.rotate($1, $2, $3, $4)
