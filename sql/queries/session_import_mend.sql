/* The columns of an import of the caller's, whose faulty rows are recorded as given. Writes what session.import_mend() writes. */
select columns from session.import_mend($1, $2, $3, $4, $5)
