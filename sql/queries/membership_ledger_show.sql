/* The ledger of membership against the roster of today. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
ledger as (
    select standing, organisation, sum(amount) as ledger from (
        select to_standing as standing, to_organisation as organisation, 1 as amount from membership_entry
        union all
        select from_standing, from_organisation, -1 from membership_entry where from_standing is not null
    ) moved group by standing, organisation
), roster as (
    select 0 as standing, c.organisation, count(*) as roster
    from account c where c.organisation is not null and exists (select from membership_entry e where e.person = c.id)
    group by c.organisation
    union all
    select m.standing, null, count(*)
    from asked a cross join lateral members_at((a.at at time zone 'Asia/Shanghai')::date, 'infinity') m
    where m.standing <> 0 group by m.standing
), compared as (
    select coalesce(l.standing, r.standing) as standing, coalesce(l.organisation, r.organisation) as organisation,
        coalesce(l.ledger, 0) as ledger, coalesce(r.roster, 0) as roster
    from ledger l full join roster r
        on r.standing = l.standing and coalesce(r.organisation, '00000000-0000-0000-0000-000000000000')
            = coalesce(l.organisation, '00000000-0000-0000-0000-000000000000')
), differing as (select * from compared where ledger <> roster)
select json_build_object(
    'entered', (select count(*) from membership_entry where from_standing is null),
    'belonging', (select coalesce(sum(ledger), 0) from ledger where standing = 0),
    'in_transit', (select coalesce(sum(ledger), 0) from ledger where standing = 1),
    'left', (select coalesce(sum(ledger), 0) from ledger where standing = 2),
    'differences', (select count(*) from differing),
    'differing', (select coalesce(json_agg(json_strip_nulls(json_build_object(
        'organisation', d.organisation, 'standing', wire_standing(d.standing::smallint), 'ledger', d.ledger, 'roster', d.roster))), '[]')
        from (select * from differing order by standing, organisation limit 20) d))
from asked
