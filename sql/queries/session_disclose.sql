/* A sealed value for whoever is to see it, recorded first. Writes what session.disclose() writes. */
select sealed from session.disclose($1, $2, $3, $4, $5)
