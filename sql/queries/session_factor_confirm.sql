/* A second factor counts from now on. Writes second_factor, recovery_code. */
select session.factor_confirm($1, $2, $3, $4)
