/* The file of a photograph whose value was entered; of those that wait, whoever brings one has only the last. Writes person_photograph,
   person_fact. */
with earlier as (
    update person_fact set state = 1, replaced_by = $1
    where person = $2 and field = 'photograph' and state = 2 and recorded_by = $4 and id <> $1
)
insert into person_photograph (fact, person, sealed) values ($1, $2, $3)
