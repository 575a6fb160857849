/* Of how many years an organisation's term is that begins on a day, and the rule that says so. Writes nothing. */
select years, rule, version, clause, unsaid from term_years($1, $2)
