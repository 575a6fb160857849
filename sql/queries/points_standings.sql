/* What causes of these members have so far by a rule, on the days given and on every day on which a cause given has
   entries: one that moves to another day changes what the others of its old day may count. Writes nothing. */
with wanted as (
    select w.member, w.day, w.cause from unnest($2::uuid[], $3::integer[], $4::uuid[]) w(member, day, cause)
), days as (
    select member, day from wanted
    union
    select w.member, e.day from wanted w
    join points_ledger e on e.member = w.member and e.rule = $1 and e.cause = w.cause
)
select l.member, l.cause, l.day, sum(l.earned)::bigint, sum(l.counted)::bigint, max(l.occurred_at),
    (select max(r.revision) from points_ledger r where r.member = l.member and r.rule = $1 and r.cause = l.cause)
from days d
join points_ledger l on l.member = d.member and l.rule = $1 and l.day = d.day
group by l.member, l.cause, l.day
