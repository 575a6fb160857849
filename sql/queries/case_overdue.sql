/* A deadline of a case has run out. Writes case_deadline. */
update case_deadline set overdue_at = $3 where matter = $1 and deadline = $2
