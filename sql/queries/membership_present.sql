/* Brings the members of a change to what holds on a day: those whose organisation is another now. Writes account, account_grant. */
select * from membership_present(array(select person from membership_fact where number = $1), $2, $3)
