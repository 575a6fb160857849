/* A private value that holds no more is found no more. Writes person_index. */
delete from person_index where person = $1 and kind = any($2::text[])
