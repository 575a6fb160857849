/* The sections, from 1, of an examination that draw from a bank that is not there, or whose organisation is neither the
   examination's nor above nor below it. Writes nothing. */
with recursive drawn as (
    select e.organisation, s.place, (s.section ->> 'bank')::uuid as bank
    from exam e cross join lateral jsonb_array_elements(e.sections) with ordinality as s (section, place)
    where e.id = $1
), above_exam (id) as (
    select organisation from exam where id = $1
    union all
    select o.parent from above_exam a join organisation o on o.id = a.id where o.parent is not null
), above_bank (place, id) as (
    select d.place, b.organisation from drawn d join bank b on b.id = d.bank
    union all
    select a.place, o.parent from above_bank a join organisation o on o.id = a.id where o.parent is not null
)
select d.place from drawn d
where not exists (select from above_bank b where b.place = d.place and b.id = d.organisation)
    and not exists (select from bank b join above_exam a on a.id = b.organisation where b.id = d.bank)
order by d.place
