/* A change by its id. Writes nothing. */
select number from tree_change where id = $1
