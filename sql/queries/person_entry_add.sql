/* Adds an entry to a list of a person's file; no row where it stands there already. Writes person_entry. */
insert into person_entry (id, person, kind, title, institution, since, until, document, source, reference, recorded_by,
                          recorded_at)
select $2, p.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from person p
where p.id = $1 and not exists (
    select from person_entry e
    where e.person = $1 and e.kind = $3 and e.title = $4 and e.since is not distinct from $6::date
        and e.institution is not distinct from $5 and e.withdrawn_at is null)
returning (select organisation from person where id = $1)
