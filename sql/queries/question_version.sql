/* The version that a question of a bank stands at; no row where there is none. Writes nothing. */
select version from question where bank = $1 and number = $2::bigint order by version desc limit 1
