/* Whether the caller has enrolled a second factor. Writes nothing. */
select session.has_factor($1)
