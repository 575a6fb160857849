/* Attempts under way in an examination, of one member or of all. Writes nothing. */
select a.id, a.member, e.closes_at from attempt a join exam e on e.id = a.exam
where a.exam = $1 and ($2::uuid is null or a.member = $2)
    and not exists (select from sheet s where s.exam = a.exam and s.member = a.member and s.number = a.number)
