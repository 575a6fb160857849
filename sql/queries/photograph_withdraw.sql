/* A photograph that holds is withdrawn; by the person, those that he brought, also where they wait. No row: there is none. Writes
   person_fact. */
update person_fact set state = 3, reason = $2, decided_by = $3, decided_at = $4
where person = $1 and field = 'photograph'
    and case when $3 = $1 then recorded_by = $1 and state in (0, 2) else state = 0 end
returning (select organisation from person where id = $1)
