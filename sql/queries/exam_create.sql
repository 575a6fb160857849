/* Drafts an examination of an organisation that is there. Writes exam. */
insert into exam (id, organisation, title, opens_at, closes_at, minutes, grace_seconds, attempts, counted, multiple,
                  penalty, release, sections, audience, created_at)
select $1, o.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 from organisation o where o.id = $2 and o.active
returning id
