/* People of an organisation and those below it, as the caller sees them. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select people_shown(g.ids, $4, $17::text[], $18::text[]), g.total, g.next::text, g.more
from people_page($3, $4::smallint, $5, $6, $7, $8, $9::date, $10::date, $11::date, $12::date, $13::smallint, $14, $15, $16) g
