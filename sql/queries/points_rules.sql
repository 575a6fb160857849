/* All versions of all rules of points. Writes nothing. */
select rule, version, effective_from, basis, amount, daily_cap from points_rule
