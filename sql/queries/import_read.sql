/* The columns of a file that was read, and its number of rows. Writes import. */
update import set columns = $2, rows = $3, headings = $4, alike = $5 where id = $1
