/* A refused hand-in to an examination, its attempt, how that ended, who proposed and who confirmed to admit it, and
   whether another hand-in of the attempt is admitted. Writes nothing. */
select r.member, r.attempt, r.reason, r.body, a.writers, a.questions, s.ended, d.proposed_by, d.confirmed_by,
    exists (select from refused_hand_in o join admission x on x.hand_in = o.command
            where o.attempt = r.attempt and o.command <> r.command and x.confirmed_by is not null)
from refused_hand_in r
join attempt a on a.id = r.attempt
left join sheet s on s.exam = a.exam and s.member = a.member and s.number = a.number
left join admission d on d.hand_in = r.command
where r.command = $2 and a.exam = $1
