/* A bank, its row locked, and the greatest question number in it. Writes nothing. */
select coalesce((select max(q.number) from question q where q.bank = b.id), 0) from bank b where b.id = $1 for update
