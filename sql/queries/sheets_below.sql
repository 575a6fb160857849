/* Sheets marked below a version of the keys, of the next members in order; whole members. Writes nothing. */
select s.member, s.attempt
from (select distinct member from sheet where exam = $1 and key_version < $2 and member > $3 order by member limit $4::integer) m
join sheet s on s.exam = $1 and s.member = m.member and s.key_version < $2
order by s.member, s.number
