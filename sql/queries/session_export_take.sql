/* A workbook of persons recorded before it leaves, or why it does not. Writes what session.export_take() writes. */
select session.export_take($1, $2, $3, $4, $5, $6, $7, $8)
