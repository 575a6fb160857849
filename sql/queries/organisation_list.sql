/* Organisations in the order of the tree, with how many members each has itself. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
wanted as (
    select o.*, b.place
    from organisation t cross join lateral organisations_below(t.id) b join organisation o on o.id = b.id
    where t.parent is null and ($3::uuid is null or o.parent = $3)
), page as (
    select w.*, (select count(*) from account a join member m on m.account = a.id
                 where a.organisation = w.id and a.active) as members
    from wanted w order by w.place limit $4 offset $5
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'organisation', p.id, 'parent', p.parent,
        'kind', (array['county_committee', 'working_committee', 'committee', 'general_branch', 'branch',
                       'temporary_branch', 'group'])[p.kind + 1],
        'name', p.name, 'short_name', p.short_name, 'members', p.members)) order by p.place), '[]'),
    (select count(*) from wanted)
from page p
