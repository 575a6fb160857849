/* A version of a procedure. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select json_build_object('pack', p.body, 'adopted_at', wire_time(p.adopted_at))
from asked cross join procedure_pack p
where p.name = $3 and ($4::bigint is null or p.version = $4)
order by p.version desc limit 1
