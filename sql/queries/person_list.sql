/* People of an organisation and those below it, as the caller sees them. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
named as (
    select p.id from person p
    where $5::text !~ '^[A-Za-z]+$' and name_parts(p.name) @> name_wanted($5) and position($5 in p.name) > 0
    union
    select p.id from person p where $5::text ~ '^[A-Za-z]+$' and p.initials like lower($5) || '%'
), candidate as (
    select p.id, b.place from named n join person p on p.id = n.id join organisations_below($3::uuid) b on b.id = p.organisation
    where $5 is not null
    union all
    select b.person, b.place from people_below($3) b where $5 is null
), found as (
    select p.id, row_number() over (order by case when $13::smallint = 1 then c.place end,
                                        case when $13 = 2 then h.place end nulls last, case when $13 = 2 then h.rank end nulls last,
                                        p.name_key, p.id) as rank
    from candidate c join person p on p.id = c.id
    left join person_role h on h.person = p.id and h.role = $4::smallint and h.until is null
    where ($4 is null or h.id is not null) and ($6::text is null or p.sex = $6) and ($7::text is null or p.ethnicity = $7)
        and ($8::text is null or p.education = $8)
        and ($9::date is null or p.birth_date >= left($9::text, length(p.birth_date)))
        and ($10::date is null or p.birth_date <= left($10::text, length(p.birth_date)))
        and ($11::date is null or p.joined_on >= left($11::text, length(p.joined_on)))
        and ($12::date is null or p.joined_on <= left($12::text, length(p.joined_on)))
), page as (
    select * from found order by rank limit $14 offset $15
)
select coalesce(json_agg(person_shown(p, $4, $16::text[], $17::text[]) order by g.rank), '[]'), (select count(*) from found)
from page g join person p on p.id = g.id
