/* The organisations of a name within a subtree. Writes nothing. */
select n from organisations_named($1::uuid, $2::text) n
