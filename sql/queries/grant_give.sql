/* Gives an account a role over a subtree; no row where it has it or something is not there. Writes account_grant. */
insert into account_grant (account, role, organisation, granted_at)
select a.id, $2, o.id, $4 from account a, organisation o where a.id = $1 and o.id = $3
on conflict do nothing
returning account
