/* Whose a grant is, that account's row locked; whether it is over at $2; whether it gives one of the roles $3 over the whole county
   and nobody else has such a one without an end; over what. Writes nothing. */
select g.account, g.ended_at is not null or coalesce(g.until_at <= $2::timestamptz, false),
    g.role = any ($3::text[]) and (g.organisation is null or g.organisation = t.id) and not exists (
        select from account_grant o join account c on c.id = o.account and c.active
        where o.role = any ($3) and (o.organisation is null or o.organisation = t.id) and o.id <> g.id and o.ended_at is null
            and o.until_at is null and coalesce(o.from_at <= $2, true)), g.organisation
from account_grant g join account a on a.id = g.account left join organisation t on t.parent is null
where g.id = $1
for update of a
