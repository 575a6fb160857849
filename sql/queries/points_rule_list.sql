/* Rules of points with all their versions, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select r.*, r.version = max(r.version) filter (where r.effective_from <= a.at) over (partition by r.rule) as in_force
    from asked a cross join points_rule r where $3::text is null or r.rule = $3
), page as (select * from found order by rule, version desc limit $4 offset $5),
applied as (
    select l.rule, l.rule_version, count(*) as entries from points_ledger l
    where l.rule in (select rule from page) group by l.rule, l.rule_version
)
select coalesce(json_agg(json_build_object(
        'rule', p.rule, 'version', p.version, 'title', p.title, 'effective_from', wire_time(p.effective_from),
        'in_force', coalesce(p.in_force, false), 'basis', (array['mark_share', 'fixed'])[p.basis + 1],
        'amount', wire_hundredths(p.amount), 'daily_cap', wire_hundredths(p.daily_cap), 'legal_basis', p.legal_basis,
        'entries', coalesce(d.entries, 0)) order by p.rule, p.version desc), '[]'),
    (select count(*) from found)
from page p left join applied d on d.rule = p.rule and d.rule_version = p.version
