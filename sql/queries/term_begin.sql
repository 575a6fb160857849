/* Notes an election. Writes tree_change, organisation_term; or nothing, and a row says why not. */
with taken as (
    select * from tree_change_take(
        $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, array[$5::uuid], '{}', '[]', '[]')
), said as (
    insert into organisation_term (number, organisation, held_on, years)
    select $2, $5, $6, $11 where not exists (select from taken)
)
select fault, organisation, other, day from taken
