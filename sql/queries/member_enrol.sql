/* Enrols members of one branch, with account, credential and the role of a member. Writes account, member, credential,
   account_grant; nothing and no row where the branch is not there on the day and after it. */
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
    insert into account (id, login, name, organisation, sessions_from, version)
    select id, login, name, case when $4 <= ($3 at time zone 'Asia/Shanghai')::date then $1 end, $3, 0 from new returning id
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
