/* A recovery code used. Writes recovery_code. */
select session.factor_recover($1, $2, $3)
