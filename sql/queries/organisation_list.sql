/* Organisations in the order of the tree, with how many members each has itself. Writes nothing. */
with recursive asked (actor, at) as (select $1::uuid, $2::timestamptz),
ranked as (
    select o.*, array[o.ordinal] as place from organisation o where o.parent is null
    union all
    select o.*, r.place || o.ordinal from ranked r join organisation o on o.parent = r.id
), wanted as (
    select * from ranked where $3::uuid is null or parent = $3
), page as (
    select w.*, (select count(*) from account a join member m on m.account = a.id
                 where a.organisation = w.id and a.active) as members
    from wanted w order by w.place, w.id limit $4 offset $5
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'organisation', p.id, 'parent', p.parent,
        'kind', (array['county_committee', 'working_committee', 'committee', 'general_branch', 'branch',
                       'temporary_branch', 'group'])[p.kind + 1],
        'name', p.name, 'short_name', p.short_name, 'members', p.members)) order by p.place, p.id), '[]'),
    (select count(*) from wanted)
from page p
