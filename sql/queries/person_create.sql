/* Enters a person of an organisation; no row where that is not there. Writes person. */
insert into person (id, organisation, name, name_key, initials, created_at)
select $1, o.id, $3, $4, $5, $6 from organisation o where o.id = $2 and o.active
returning id
