/* What causes of these members have so far by a rule, on the days given, of the causes given, and on other days that these
   causes stand in: those are recounted when a cause moves to another day. Writes nothing. */
select l.member, l.cause, l.day, sum(l.earned)::bigint, sum(l.counted)::bigint, max(l.occurred_at),
    (select max(r.revision) from points_ledger r where r.member = l.member and r.rule = $1 and r.cause = l.cause)
from (
    select distinct on (e.id) e.member, e.cause, e.day, e.earned, e.counted, e.occurred_at
    from (select distinct w.member, w.day, w.cause from unnest($2::uuid[], $3::integer[], $4::uuid[]) w(member, day, cause)) w
    join lateral (
        select * from points_ledger where member = w.member and rule = $1 and day = w.day
        union all
        select d.* from points_ledger c
        join points_ledger d on d.member = c.member and d.rule = c.rule and d.day = c.day
        where c.member = w.member and c.rule = $1 and c.cause = w.cause
    ) e on true
    order by e.id
) l
group by l.member, l.cause, l.day
