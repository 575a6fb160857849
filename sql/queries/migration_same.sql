/* Whether a text has that checksum. Writes nothing. */
select encode(sha256(convert_to($1, 'UTF8')), 'hex') = $2
