/* A member's points in sum and today by rule, by Asia/Shanghai days. Writes nothing. */
with asked (actor, at, here) as (select $1::uuid, $2::timestamptz, $2::timestamptz at time zone 'Asia/Shanghai'),
summed as (
    select s.period, s.points from asked a join points_sum s on s.member = a.actor
), ruled as (
    select distinct on (r.rule) r.rule, r.title, r.daily_cap
    from asked a join points_rule r on r.effective_from <= a.at order by r.rule, r.version desc
), today as (
    select r.rule, r.title, r.daily_cap, coalesce(sum(l.counted), 0) as points
    from asked a cross join ruled r
    left join points_ledger l on l.member = a.actor and l.rule = r.rule and l.day = a.here::date - date '1970-01-01'
    group by r.rule, r.title, r.daily_cap
)
select json_build_object(
        'total', wire_hundredths(coalesce((select points from summed where period = 'all'), 0)),
        'year', wire_hundredths(coalesce((select points from summed where period = to_char(a.here, 'YYYY')), 0)),
        'quarter', wire_hundredths(coalesce((select points from summed where period = to_char(a.here, 'YYYY"Q"Q')), 0)),
        'month', wire_hundredths(coalesce((select points from summed where period = to_char(a.here, 'YYYY-MM')), 0)),
        'today', coalesce((select json_agg(json_build_object('rule', t.rule, 'rule_title', t.title,
            'points', wire_hundredths(t.points), 'daily_cap', wire_hundredths(t.daily_cap)) order by t.rule) from today t), '[]'))
from asked a
