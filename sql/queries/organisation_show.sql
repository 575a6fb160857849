/* An organisation on a day, as the record knows now or knew at a time; before it was first set up, as it was then. Writes nothing. */
with recursive asked (actor, at, day, known) as (
    select $1::uuid, $2::timestamptz, coalesce($4::date, ($2::timestamptz at time zone 'Asia/Shanghai')::date),
        coalesce($5::timestamptz, 'infinity')
), mine as (
    select v.*, a.day, a.known, v.active and v.valid @> a.day as there
    from asked a cross join lateral (
        select * from organisation_version v
        where v.organisation = $3 and case when a.known = 'infinity' then upper_inf(v.recorded) else v.recorded @> a.known end
        order by v.valid @> a.day desc, lower(v.valid) limit 1) v
), above (id, short_name, parent, height) as (
    select v.organisation, v.short_name, v.parent, 1
    from mine m cross join lateral organisations_at(m.day, m.known) v where v.organisation = m.parent
    union all
    select v.organisation, v.short_name, v.parent, u.height + 1
    from above u cross join mine m cross join lateral organisations_at(m.day, m.known) v where v.organisation = u.parent
), below (id) as (
    select $3::uuid
    union all
    select v.organisation from below b cross join asked a cross join lateral organisations_at(a.day, a.known) v
    where v.parent = b.id
)
select json_strip_nulls(json_build_object(
    'organisation', m.organisation, 'parent', m.parent, 'kind', wire_organisation_kind(m.kind), 'name', m.name,
    'short_name', m.short_name, 'ordinal', m.ordinal, 'there', m.there, 'address', m.address, 'telephone', m.telephone,
    'members', (select count(*) from members_at(m.day, m.known) s where s.organisation = m.organisation),
    'members_below', (select count(*) from below b cross join lateral members_at(m.day, m.known) s where s.organisation = b.id),
    'children', (select count(*) from organisations_at(m.day, m.known) c where c.parent = m.organisation),
    'above', coalesce((select json_agg(json_build_object('organisation', u.id, 'short_name', u.short_name) order by u.height desc)
                       from above u), '[]'),
    'day', m.day, 'sector', wire_organisation_sector(m.sector), 'units', m.units,
    'term_years', (select t.years from term_years(m.organisation, m.day) t where not t.unsaid)))
from mine m
