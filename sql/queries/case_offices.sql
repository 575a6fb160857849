/* Where an account's roles stand to an organisation at a time. Writes nothing. */
select role, own, superior, authority from offices_at($1, $2, $3)
