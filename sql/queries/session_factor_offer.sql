/* A secret for a second factor. Writes second_factor. */
select session.factor_offer($1, $2, $3)
