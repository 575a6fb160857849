/* Who has a resident ID number already, by its blind index under any key. Writes nothing. */
select x.person from person_index x where x.hash = any($1::bytea[]) and x.kind = 'resident_id'
