/* People of an organisation and those below it whose private value has one of these blind indexes. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
hit as (
    select x.person from person_index x
    where (x.hash = any($4::bytea[]) and x.kind = 'resident_id') or (x.hash = any($5::bytea[]) and x.kind = 'mobile')
        or (x.hash = any($6::bytea[]) and x.kind = 'mobile_tail')
), found as (
    select p.id, p.name_key from hit h join person p on p.id = h.person
    join organisations_below($3::uuid) b on b.id = p.organisation
    order by p.name_key, p.id limit 50
)
select people_shown(array(select id from found order by name_key, id), null, $7::text[], $8::text[])
