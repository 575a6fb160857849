/* Gives a person a role, or corrects since when and with what it is held, of which what was said before is kept; no row where it ended
   later than it would begin. Writes person_role. */
with held as (
    select h.* from person_role h where h.person = $1 and h.role = $3 and h.until is null for update
), said as (
    select p.id, coalesce($4::date, (select h.since from held h), $11::date) as since from person p where p.id = $1
), allowed as (
    select * from said s where not exists (
        select from person_role e where e.person = s.id and e.role = $3 and not e.corrected and e.until > s.since)
), before as (
    insert into person_role (id, person, role, since, until, category, post, rank, place, given_by, given_at, ended_by, ended_at, corrected)
    select $12, h.person, h.role, h.since, h.since, h.category, h.post, h.rank, h.place, h.given_by, h.given_at, $9, $10, true
    from held h join allowed a on a.id = h.person
    where (h.since, h.category, h.post, h.rank::integer, h.place) is distinct from (a.since, $5, $6, $7::integer, $8::integer)
    returning id
)
insert into person_role (id, person, role, since, category, post, rank, place, given_by, given_at)
select $2, a.id, $3, a.since, $5, $6, $7::integer, $8::integer, $9, $10
from allowed a cross join (select count(*) from before) first -- what stands is read before it is changed
on conflict (person, role) where until is null do update
set since = excluded.since, category = excluded.category, post = excluded.post, rank = excluded.rank, place = excluded.place,
    given_by = excluded.given_by, given_at = excluded.given_at
returning (select organisation from person where id = $1)
