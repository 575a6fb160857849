/* An outside identity unbound. Writes identity_binding. */
select session.identity_close($1, $2, $3)
