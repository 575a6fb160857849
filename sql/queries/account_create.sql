/* The account of a person, with a credential; a member's organisation and role come with the membership. Writes account,
   credential. */
with accounts as (
    insert into account (id, login, name, organisation, sessions_from, version)
    values ($1, $3, $4, case when not $6::boolean then $2::uuid end, $7, 0)
)
insert into credential (account, phc, changed_at) values ($1, $5, $7)
