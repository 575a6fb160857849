/* A photograph of a person, sealed: the one that holds, or that one. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select s.sealed from person_photograph s join person_fact f on f.id = s.fact
where s.person = $3 and case when $4::uuid is null then f.state = 0 else f.id = $4 end and f.field = any($5::text[] || $6::text[])
