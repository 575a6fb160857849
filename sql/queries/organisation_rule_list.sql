/* Rules that organisations are measured by, with all versions. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
page as (select * from organisation_rule order by rule, version desc limit $3 offset $4)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'rule', p.rule, 'version', p.version, 'effective_from', p.effective_from, 'title', p.title,
        'measure', wire_organisation_measure(p.measure),
        'kinds', (select coalesce(json_agg(wire_organisation_kind(k)), '[]') from unnest(p.kinds) k),
        'members_least', p.members_least, 'members_most', p.members_most, 'least', p.least, 'most', p.most, 'clause', p.clause,
        'in_force', exists (select from asked a cross join lateral organisation_rules_at((a.at at time zone 'Asia/Shanghai')::date) r
                            where r.rule = p.rule and r.version = p.version),
        'adopted_at', wire_time(p.adopted_at),
        'sectors', (select coalesce(json_agg(wire_organisation_sector(s)), '[]') from unnest(p.sectors) s))) order by p.rule, p.version desc), '[]'),
    (select count(*) from organisation_rule)
from page p
