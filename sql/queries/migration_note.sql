/* Notes a migration. Writes flow.migration. */
insert into flow.migration (name, checksum) values ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'))
