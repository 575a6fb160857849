/* Saved answers of these members' attempts in these examinations. Writes nothing. */
select a.exam, a.member, a.id, n.question, n.writer, n.seq, n.answer
from (select distinct w.exam, w.member from unnest($1::uuid[], $2::uuid[]) w(exam, member)) w
join attempt a on a.exam = w.exam and a.member = w.member
join answer n on n.attempt = a.id
