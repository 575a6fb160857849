/* Counts a failed log-in. Writes session.failure. */
select session.failed($1, $2)
