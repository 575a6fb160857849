/* A refresh token spent for the next. Writes session.refresh, session.session, session.device. */
select account, session, ended, must_change, factor from session.rotate($1, $2, $3, $4)
