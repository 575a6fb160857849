/* Adopts the next version of a rule; no row where it is not the next. Writes points_rule. */
insert into points_rule (rule, version, title, effective_from, basis, amount, daily_cap, legal_basis, command)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
where $2 = 1 + coalesce((select max(version) from points_rule where rule = $1), 0)
on conflict do nothing
returning version
