/* Gives a person a role, or changes what it is held with; no row where it ended later than it would begin. Writes person_role. */
insert into person_role (id, person, role, since, category, post, rank, place, given_by, given_at)
select $2, p.id, $3, $4, $5, $6, $7::integer, $8::integer, $9, $10 from person p
where p.id = $1 and not exists (select from person_role h where h.person = p.id and h.role = $3 and h.until > $4)
on conflict (person, role) where until is null do update
set category = excluded.category, post = excluded.post, rank = excluded.rank, place = excluded.place,
    given_by = excluded.given_by, given_at = excluded.given_at
returning (select organisation from person where id = $1)
