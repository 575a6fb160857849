/* An export: what is asked for, what for, and how far it is. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select export_shown(e) from export e where e.id = $3
