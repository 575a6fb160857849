/* Adopts the next version of a rule; no row where it is not the next. Writes organisation_rule. */
insert into organisation_rule (rule, version, effective_from, title, measure, kinds, members_least, members_most, least, most, clause,
                               adopted_at, adopted_by, sectors)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
where $2 = 1 + coalesce((select max(version) from organisation_rule where rule = $1), 0)
on conflict do nothing
returning version
