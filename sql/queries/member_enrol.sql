/* Enrols members of one branch, with account, credential and the role of a member. Writes account, member, credential,
   account_grant; nothing and no row where the branch is not there. */
with branch as (select id from organisation where id = $1),
new as (
    select m.* from branch, unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::smallint[])
        as m(id, login, name, ethnicity, birth_year, joined_year)
),
accounts as (
    insert into account (id, login, name, organisation, sessions_from, version)
    select id, login, name, $1, $3, 0 from new returning id
),
members as (
    insert into member (account, ethnicity, birth_year, joined_year, enrolled_at)
    select id, ethnicity, birth_year, joined_year, $3 from new
),
credentials as (
    insert into credential (account, phc, changed_at) select id, $2, $3 from new
),
grants as (
    insert into account_grant (account, role, organisation, granted_at) select id, 'member', $1, $3 from new
)
select id from accounts
