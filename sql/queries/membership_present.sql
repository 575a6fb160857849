/* Brings the members of a change to what holds on a day: those who are elsewhere now. Writes account, account_grant, membership_entry. */
select * from membership_present($1, $2, $3)
