/* Log-in names that are taken, or that stand twice in the list. Writes nothing. */
select login from account where login = any($1)
union all
select l from unnest($1::text[]) l group by l having count(*) > 1
