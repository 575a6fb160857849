/* Changes that touch an organisation, or one of those below it today, the latest known first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
those as (
    select b.id from organisations_below($3) b where $4::boolean
    union select $3::uuid
), numbers as (
    select f.number from those t join organisation_fact f on f.organisation = t.id
    union select c.number from those t join tree_change c on c.organisation = t.id
    union select f.number from those t join membership_fact f on f.organisation = t.id
), found as (
    select c.* from numbers n join tree_change c on c.number = n.number
    where ($5::date is null or c.effective >= $5) and ($6::date is null or c.effective < $6)
), page as (select * from found order by number desc limit $7 offset $8)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'change', p.id, 'number', p.number, 'what', wire_tree_change(p.what), 'organisation', p.organisation,
        'name', (select o.name from organisations_at(p.effective, 'infinity') o where o.organisation = p.organisation),
        'effective', p.effective, 'recorded_at', wire_time(p.recorded_at), 'accepted_at', wire_time(p.accepted_at),
        'document', p.document, 'reason', p.reason, 'actor', p.actor,
        'facts', coalesce((
            select json_agg(json_strip_nulls(json_build_object(
                'organisation', f.organisation, 'parent', f.parent, 'kind', wire_organisation_kind(f.kind), 'name', f.name,
                'short_name', f.short_name, 'ordinal', f.ordinal, 'there', f.active, 'address', f.address,
                'telephone', f.telephone, 'sector', wire_organisation_sector(f.sector), 'units', f.units)) order by f.organisation)
            from organisation_fact f where f.number = p.number), '[]'),
        'members', (select count(*) from membership_fact m where m.number = p.number))) order by p.number desc), '[]'),
    (select count(*) from found)
from page p
