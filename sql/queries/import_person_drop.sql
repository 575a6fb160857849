/* Takes a person out that an import entered and nobody has touched. Writes person and all that is kept of it. */
with sealed as (delete from person_sealed s using person_fact f where f.person = $1 and s.fact = f.id),
photographs as (delete from person_photograph where person = $1),
facts as (delete from person_fact where person = $1),
indexes as (delete from person_index where person = $1),
roles as (delete from person_role where person = $1)
delete from person where id = $1
