/* The first account, where there is none. Writes what session.first() writes. */
select session.first($1, $2, $3, $4, $5, $6)
