/* Makes accounts and credentials of members of one branch. Writes account, member, credential; nothing and no row
   where the branch is not there on the day and after it. */
with branch as (
    select organisation from organisations_at($4, 'infinity') o
    where o.organisation = $1 and not exists (
        select from organisation_version v
        where v.organisation = $1 and upper_inf(v.recorded) and not v.active and v.valid && daterange($4, null))
),
new as (
    select m.* from branch, unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::smallint[], $10::smallint[])
        as m(id, login, name, ethnicity, birth_year, joined_year)
),
accounts as (
    insert into account (id, login, name, sessions_from, version)
    select id, login, name, $3, 0 from new returning id
),
members as (
    insert into member (account, ethnicity, birth_year, joined_year, enrolled_at)
    select id, ethnicity, birth_year, joined_year, $3 from new
),
credentials as (
    insert into credential (account, phc, changed_at) select id, $2, $3 from new
)
select id from accounts
