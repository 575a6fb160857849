/* Whose an outside identity is. Writes nothing. */
select account, login, active, must_change, factor from session.identity_find($1, $2)
