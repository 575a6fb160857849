/* The audit trail of an organisation and those below it, newest first; of the county's top also what concerns no organisation.
   Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
        'chain', e.chain, 'number', e.number, 'at', wire_time(e.at), 'actor', e.actor, 'action', e.action, 'object', e.object,
        'organisation', e.organisation, 'field', e.field, 'reason', e.reason, 'digest', encode(e.digest, 'hex'),
        'hash', encode(e.hash, 'hex'))) order by u.nth), '[]')
    from unnest(g.chains, g.numbers) with ordinality u (chain, number, nth)
    join audit.entry e on e.chain = u.chain and e.number = u.number
), g.total, g.next::text, g.more
from audit.page($3, $4, $5, $6, $7, $8, $9, $10, $11) g
