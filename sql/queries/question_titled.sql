/* The number of the question of that title in a bank. Writes nothing. */
select number from question where bank = $1 and title = $2 and title <> '' order by version desc limit 1
