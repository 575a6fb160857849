/* The sealed secret of a second factor. Writes nothing. */
select secret, confirmed, active, must_change from session.factor_show($1)
