/* The first place, from 1, in an audience where an organisation stands that is neither the one given (or that of the
   examination given) nor below it. Writes nothing. */
with recursive above (place, id) as (
    select a.place, a.id from unnest($2::uuid[]) with ordinality as a (id, place)
    union all
    select a.place, o.parent from above a join organisation o on o.id = a.id where o.parent is not null
), top (id) as (
    select coalesce((select e.organisation from exam e where e.id = $1::uuid), $1)
)
select p.place from generate_series(1, cardinality($2)) as p (place)
where not exists (select from above a join top t on t.id = a.id where a.place = p.place)
order by p.place limit 1
