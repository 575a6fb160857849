/* Gives an account a role over a subtree for a term; no row where it has it for a part of that term, or something is not there.
   Writes account_grant. */
insert into account_grant (id, account, role, organisation, granted_at, from_at, until_at, given_by, reason)
select $1, a.id, $3, o.id, $9, $5::timestamptz, $6::timestamptz, $8, $7
from account a, organisation o
where a.id = $2 and o.id = $4 and o.active and not exists (
    select from account_grant g
    where g.account = a.id and g.role = $3 and g.organisation = o.id and g.ended_at is null
        and tstzrange(coalesce(g.from_at, g.granted_at), g.until_at) && tstzrange(coalesce($5, $9::timestamptz), $6))
returning id
