/* An outside identity bound to its person. Writes identity_binding. */
select session.identity_bind($1, $2, $3, $4, $5, $6)
