/* Keeps what is asked to be exported; no row where the organisation is not there. Writes export. */
insert into export (id, organisation, workbook, target, parameters, digest, purpose, proposed_by, proposed_at)
select $1, o.id, $3, $4, $5, $6, $7, $8, $9 from organisation o where o.id = $2 and o.active
returning id
