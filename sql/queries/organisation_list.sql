/* Organisations in the order of the tree, today's by their places, those of another day or as once known by their paths. Writes nothing. */
with recursive asked (actor, at, day, known, past) as (
    select $1::uuid, $2::timestamptz, coalesce($4::date, ($2::timestamptz at time zone 'Asia/Shanghai')::date),
        coalesce($5::timestamptz, 'infinity'), $4::date is not null or $5::timestamptz is not null
), present as not materialized (
    select o.id, o.parent, o.kind, o.name, o.short_name, o.ordinal, o.address, o.telephone, o.place
    from organisation o
    where $4::date is null and $5::timestamptz is null and o.active and ($3::uuid is null or o.parent = $3)
        and ($6::smallint is null or o.kind = $6)
        and ($7::text is null or strpos(o.name, $7) > 0 or strpos(o.short_name, $7) > 0)
), once as materialized (
    select v.* from asked a cross join lateral organisations_at(a.day, a.known) v where a.past
), line (organisation, path) as (
    select o.organisation, ''::bytea from once o where case when $3::uuid is null then o.parent is null else o.organisation = $3 end
    union all
    select o.organisation, l.path || int4send(o.ordinal) || uuid_send(o.organisation)
    from line l join once o on o.parent = l.organisation
    where $3::uuid is null or l.organisation = $3
), past as (
    select o.organisation as id, o.parent, o.kind, o.name, o.short_name, o.ordinal, o.address, o.telephone, l.path
    from line l join once o on o.organisation = l.organisation
    where ($3::uuid is null or o.parent = $3) and ($6::smallint is null or o.kind = $6)
        and ($7::text is null or strpos(o.name, $7) > 0 or strpos(o.short_name, $7) > 0)
), page as (
    (select id, parent, kind, name, short_name, ordinal, address, telephone, place, ''::bytea as path
     from present order by place limit $8 offset $9)
    union all
    (select id, parent, kind, name, short_name, ordinal, address, telephone, 0, path from past order by path limit $8 offset $9)
), counted as (
    select p.*,
        case when a.past then (select o.name from once o where o.organisation = p.parent)
             else (select o.name from organisation o where o.id = p.parent) end as parent_name,
        case when a.past then (select count(*) from once o where o.parent = p.id)
             else (select count(*) from organisation o where o.parent = p.id and o.active) end as children,
        case when a.past then (select count(*) from members_at(a.day, a.known) m where m.organisation = p.id)
             else coalesce(m.members, 0) end as members,
        (with recursive above (id) as (
             select p.parent
             union all
             select case when a.past then (select o.parent from once o where o.organisation = u.id)
                         else (select o.parent from organisation o where o.id = u.id) end
             from above u where u.id is not null
         ) select count(id) from above) as depth
    from page p cross join asked a
    left join members_counted(array(select id from page)) m on m.organisation = p.id
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'organisation', c.id, 'parent', c.parent, 'parent_name', c.parent_name, 'kind', wire_organisation_kind(c.kind), 'name', c.name,
        'short_name', c.short_name, 'ordinal', c.ordinal, 'depth', c.depth, 'children', c.children, 'address', c.address,
        'telephone', c.telephone, 'members', c.members)) order by c.place, c.path), '[]'),
    (select count(*) from present) + (select count(*) from past)
from counted c
