/* A step of a second factor used. Writes second_factor. */
select session.factor_step($1, $2)
