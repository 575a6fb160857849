/* Saved answers of these attempts, each with the place of its attempt in the list. Writes nothing. */
select w.place, n.question, n.writer, n.seq, n.answer
from unnest($1::uuid[]) with ordinality w(attempt, place)
cross join lateral (select * from answer where attempt = w.attempt offset 0) n
