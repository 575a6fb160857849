/* Notes a file whose rows stand already; no row where the organisation is not there. Writes import. */
insert into import (id, organisation, kind, title, digest, state, columns, rows, begun_by, begun_at)
select $1, o.id, $3, $4, $5, 0, '[]', 0, $6, $7 from organisation o where o.id = $2 and o.active
returning id
