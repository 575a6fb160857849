/* What causes of these members have so far by a rule, on the days given and of the causes given. Writes nothing. */
select l.member, l.cause, l.day, sum(l.earned)::bigint, sum(l.counted)::bigint, max(l.occurred_at),
    (select max(r.revision) from points_ledger r where r.member = l.member and r.rule = $1 and r.cause = l.cause)
from (select distinct w.member, w.day, w.cause from unnest($2::uuid[], $3::integer[], $4::uuid[]) w(member, day, cause)) w
join lateral (
    select * from points_ledger e where e.member = w.member and e.rule = $1 and e.day = w.day
    union
    select * from points_ledger e where e.member = w.member and e.rule = $1 and e.cause = w.cause
) l on true
group by l.member, l.cause, l.day
