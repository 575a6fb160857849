/* Attempts of these members in these examinations, with their sheets. Writes nothing. */
select a.exam, a.member, a.id, a.number, a.writers, a.due, a.seed, a.started_at, a.deadline,
    coalesce((select e.minutes from extra_time e where e.exam = a.exam and e.member = a.member), 0), a.questions,
    s.ended, s.ended_at, s.command, s.revision, s.key_version, s.mark, s.hand_in, s.marks
from unnest($1::uuid[], $2::uuid[]) w(exam, member)
cross join lateral (select * from attempt where exam = w.exam and member = w.member offset 0) a
left join sheet s on s.exam = a.exam and s.member = a.member and s.number = a.number
