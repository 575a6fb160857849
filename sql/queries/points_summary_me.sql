/* A member's points in sum, and how far each rule in force is used up on the day asked about, in Asia/Shanghai. Writes nothing. */
with asked (actor, at, local) as (select $1::uuid, $2::timestamptz, $2::timestamptz at time zone 'Asia/Shanghai'),
named (at, year, quarter, month, day) as (
    select at, to_char(local, 'YYYY'), to_char(local, 'YYYY"Q"Q'), to_char(local, 'YYYY-MM'), local::date - date '1970-01-01'
    from asked
), sums as (
    select s.period, s.points from asked a join points_sum s on s.member = a.actor
), in_force as (
    select distinct on (r.rule) r.rule, r.title, r.daily_cap from named n join points_rule r on r.effective_from <= n.at
    order by r.rule, r.version desc
), today as (
    select f.*, coalesce((select sum(l.counted) from points_ledger l
                          where l.member = a.actor and l.rule = f.rule and l.day = n.day), 0)::bigint as points
    from asked a cross join named n cross join in_force f order by f.rule limit 100
)
select json_build_object(
        'total', wire_hundredths(coalesce((select points from sums where period = 'all'), 0)),
        'year', wire_hundredths(coalesce((select points from sums where period = n.year), 0)),
        'quarter', wire_hundredths(coalesce((select points from sums where period = n.quarter), 0)),
        'month', wire_hundredths(coalesce((select points from sums where period = n.month), 0)),
        'today', coalesce((select json_agg(json_build_object(
                'rule', t.rule, 'rule_title', t.title, 'points', wire_hundredths(t.points),
                'daily_cap', wire_hundredths(t.daily_cap)) order by t.rule) from today t), '[]'))
from named n
