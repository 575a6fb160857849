/* How an attempt of a member stands. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select json_build_object(
        'attempt', t.id, 'number', t.number, 'writers', t.writers, 'deadline', wire_time(t.deadline),
        'ended', exists (select from sheet s where s.exam = t.exam and s.member = t.member and s.number = t.number))
from asked a join attempt t on t.member = a.actor
where t.exam = $3::uuid and t.id = $4::uuid
