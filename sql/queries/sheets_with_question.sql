/* Sheets of the next members of an examination, in order of member, whether the question was drawn for them, and the
   answer to it that was saved last; whole members, so that one can go on from a chunk's last. Writes nothing. */
select s.member, s.number, s.mark, s.hand_in, exists (select from questions_packed(a.questions) d where d.question = $4),
    n.writer, n.seq, n.answer
from (select distinct member from sheet where exam = $1 and member > $2 order by member limit $3::integer) m
join sheet s on s.exam = $1 and s.member = m.member
join attempt a on a.id = s.attempt
left join lateral (select * from answer w where w.attempt = a.id and w.question = $4::integer
                   order by w.writer desc, w.seq desc limit 1) n on true
order by s.member, s.number
