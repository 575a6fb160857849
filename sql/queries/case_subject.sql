/* Whether an account is of the organisation or of one below it: one row, or none. Writes nothing. */
select a.id from account a cross join lateral (select u.id from organisations_above(a.organisation) u where u.id = $2 limit 1) u
where a.id = $1
