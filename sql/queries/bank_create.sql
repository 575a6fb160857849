/* Sets up a bank of an organisation that is there. Writes bank. */
insert into bank (id, organisation, name, created_at) select $1, o.id, $3, $4 from organisation o where o.id = $2
returning id
