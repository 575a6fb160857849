/* Photographs of a person that neither hold nor wait. Writes person_photograph. */
delete from person_photograph s using person_fact f where s.person = $1 and f.id = s.fact and f.state not in (0, 2)
