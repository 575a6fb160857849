/* Sets up a bank of an organisation that is there and has none of this name. Writes bank. */
insert into bank (id, organisation, name, created_at) select $1, o.id, $3, $4 from organisation o
where o.id = $2 and o.active and not exists (select from bank b where b.organisation = o.id and b.name = $3)
returning id
