/* A version of a procedure. Writes nothing. */
select body from procedure_pack where name = $1 and version = $2
