/* Rules that an organisation and those below it do not meet on a day. Writes nothing. */
with recursive asked (actor, at, day) as (
    select $1::uuid, $2::timestamptz, coalesce($4::date, ($2::timestamptz at time zone 'Asia/Shanghai')::date)
), standing as materialized (
    select v.organisation, v.parent, v.kind, v.short_name, v.ordinal, v.sector, v.units
    from asked a cross join lateral organisations_at(a.day, 'infinity') v
), below (organisation, path) as (
    select s.organisation, ''::bytea from standing s where s.organisation = $3
    union all
    select s.organisation, b.path || int4send(s.ordinal) || uuid_send(s.organisation)
    from below b join standing s on s.parent = b.organisation
), own (organisation, members) as (
    select m.organisation, count(*) from asked a cross join lateral members_at(a.day, 'infinity') m
    where m.organisation is not null group by m.organisation
), above (organisation, at) as ( -- each with itself and all above it
    select organisation, organisation from standing
    union all
    select u.organisation, s.parent from above u join standing s on s.organisation = u.at where s.parent is not null
), whole (organisation, members) as (
    select u.at, sum(o.members) from above u join own o on o.organisation = u.organisation group by u.at
), officers as (
    select o.organisation, count(distinct o.person) filter (where o.post <> 9) as officers,
        count(*) filter (where o.post = 0) as secretaries
    from asked a cross join lateral officers_at(a.day, 'infinity') o group by o.organisation
), terms as (
    select distinct on (t.organisation) t.organisation, (t.held_on + make_interval(years => t.years))::date as due
    from organisation_term t cross join asked a where t.held_on <= a.day order by t.organisation, t.held_on desc, t.number desc
), measured as (
    select b.organisation, b.path, s.short_name, r.*, t.due,
        case r.measure
            when 0 then coalesce(o.members, 0) when 1 then coalesce(w.members, 0) when 2 then coalesce(f.officers, 0)
            when 3 then coalesce(f.secretaries, 0)
            when 4 then (select count(*) from standing c where c.parent = b.organisation)
            when 5 then extract(year from age(t.due, a.day)) * 12 + extract(month from age(t.due, a.day))
            when 6 then cardinality(coalesce(s.units, '{}')) end as value
    from asked a cross join below b join standing s on s.organisation = b.organisation
    cross join lateral organisation_rules_at(a.day) r
    left join own o on o.organisation = b.organisation
    left join whole w on w.organisation = b.organisation
    left join officers f on f.organisation = b.organisation
    left join terms t on t.organisation = b.organisation
    where s.kind = any(r.kinds) and (r.sectors = '{}' or s.sector = any(r.sectors)) and r.measure <> 7
        and ($5::text is null or r.rule = $5)
        and (r.members_least is null or coalesce(o.members, 0) >= r.members_least)
        and (r.members_most is null or coalesce(o.members, 0) <= r.members_most)
), found as (
    select m.* from measured m cross join asked a
    where case when m.measure = 5 then m.due is null or m.due < a.day + make_interval(months => coalesce(m.least, 0))
               else m.value < m.least or m.value > m.most end
), page as (select * from found order by rule, path limit $6 offset $7)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'organisation', p.organisation, 'organisation_name', p.short_name, 'rule', p.rule, 'version', p.version, 'title', p.title,
        'measure', wire_organisation_measure(p.measure), 'value', p.value, 'least', p.least, 'most', p.most, 'due', p.due,
        'clause', p.clause)) order by p.rule, p.path), '[]'),
    (select count(*) from found)
from page p
