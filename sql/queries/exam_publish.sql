/* Publishes an examination. Writes exam. */
update exam set published = true, questions = $2, drawn = $3, full_mark = $4 where id = $1
