/* The audit trail of an organisation and those below it, newest first; of the county's top also what concerns no organisation.
   Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
whole as (select exists (select from organisation where id = $3::uuid and parent is null) as county),
found as (
    select e.* from whole w cross join audit.entry e
    where (w.county or e.organisation in (select b.id from organisations_below($3) b))
        and ($4::uuid is null or e.actor = $4) and ($5::uuid is null or e.object = $5) and ($6::text is null or e.action = $6)
        and ($7::timestamptz is null or e.at >= $7) and ($8::timestamptz is null or e.at < $8)
), page as (select * from found order by at desc, chain, number desc limit $9 offset $10)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'chain', p.chain, 'number', p.number, 'at', wire_time(p.at), 'actor', p.actor, 'action', p.action, 'object', p.object,
        'organisation', p.organisation, 'field', p.field, 'reason', p.reason, 'digest', encode(p.digest, 'hex'),
        'hash', encode(p.hash, 'hex'))) order by p.at desc, p.chain, p.number desc), '[]'),
    (select count(*) from found)
from page p
