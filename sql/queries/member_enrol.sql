/* Makes members of one branch: accounts, credentials and what is known of them as people; nothing and no row where the branch is
   not there on the day and after it. Writes account, credential, person, person_fact, person_role. */
with branch as (
    select organisation from organisations_at($4, 'infinity') o
    where o.organisation = $1 and not exists (
        select from organisation_version v
        where v.organisation = $1 and upper_inf(v.recorded) and not v.active and v.valid && daterange($4, null))
),
new as (
    select m.* from branch, unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::smallint[],
                                   $12::smallint[])
        as m(id, login, name, name_key, initials, ethnicity, birth_year, joined_year)
),
accounts as (
    insert into account (id, login, name, sessions_from, version)
    select id, login, name, $3, 0 from new returning id
),
people as (
    insert into person (id, organisation, name, name_key, initials, birth_date, ethnicity, joined_on, created_at)
    select id, $1, name, name_key, initials, birth_year::text, ethnicity, joined_year::text, $3 from new
),
facts as (
    insert into person_fact (id, person, field, value, sealed, source, state, recorded_by, recorded_at)
    select md5(n.id::text || f.field)::uuid, n.id, f.field, f.value, false, 3, 0, $13, $3
    from new n cross join lateral (values ('name', n.name), ('birth_date', n.birth_year::text), ('ethnicity', n.ethnicity),
                                          ('joined_on', n.joined_year::text)) f (field, value)
),
roles as (
    insert into person_role (id, person, role, since, given_by, given_at)
    select md5(id::text || 'member')::uuid, id, 0, make_date(joined_year, 1, 1), $13, $3 from new
),
credentials as (
    insert into credential (account, phc, changed_at, must_change) select id, $2, $3, $14 from new
)
select id from accounts
