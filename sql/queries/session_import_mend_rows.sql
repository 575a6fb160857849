/* Faulty rows of an import of the caller's behind a line, their cells sealed. Writes nothing. */
select line, cells, faults from session.import_mend_rows($1, $2, $3, $4, $5, $6)
