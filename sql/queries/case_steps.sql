/* The steps of a case in order. Writes nothing. */
select move, actor, accepted_at, given, command from case_step where matter = $1 order by number
