/* Gives a post or takes it back. Writes tree_change, office_fact; or nothing, and a row says why not. */
with taken as (
    select * from tree_change_take(
        $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, array[$5::uuid], '{}', '[]', '[]')
), said as (
    insert into office_fact (number, organisation, person, post, effective, holds, ordinal)
    select $2, $5, $11, $12, $6, $13, $14 where not exists (select from taken)
)
select fault, organisation, other, day from taken
