/* Adds an entry to a chain of the audit trail. Writes what audit.append() writes. */
select audit.append($1, $2, $3, $4, $5, $6, $7, $8, $9)
