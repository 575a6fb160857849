/* An attempt goes on, or its deadline moves. Writes attempt. */
update attempt set writers = $2, deadline = $3, due = $4 where id = $1
