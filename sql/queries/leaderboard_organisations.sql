/* The organisations directly below one, by points a member of theirs, to the hundredth. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
below as (
    select b.root, b.id from organisation t cross join lateral organisations_below(t.id) b
    where case when $3::uuid is null then t.parent is null else t.id = $3 end and b.root <> t.id
), present (month) as ( -- as points_tally counts them
    select extract(year from at at time zone 'Asia/Shanghai')::integer * 12
        + extract(month from at at time zone 'Asia/Shanghai')::integer - 1
    from asked
), span (first, months) as (
    select case $4::smallint when 1 then month / 12 * 12 when 2 then month / 3 * 3 else month end,
        case $4::smallint when 1 then 12 when 2 then 3 else 1 end
    from present
), earned as (
    select b.root, a.id as member, case when coalesce($4::smallint, 0) = 0 then t.points else (
            select coalesce(sum(integer_at(t.months, n)), 0)
            from span s cross join lateral
                generate_series(greatest(s.first - t.first, 0),
                                least(s.first - t.first + s.months, length(t.months) / 4) - 1) n) end as points
    from below b join account a on a.organisation = b.id and a.active join member m on m.account = a.id
    left join points_tally t on t.member = a.id
), summed as (
    select root, count(*) as members, coalesce(sum(points), 0)::bigint as points from earned group by root
), averaged as (
    select o.id, o.short_name, o.ordinal, coalesce(s.members, 0) as members, coalesce(s.points, 0) as points,
        coalesce(round(s.points::numeric / s.members)::bigint, 0) as average
    from (select distinct root from below) r join organisation o on o.id = r.root left join summed s on s.root = o.id
), ranked as (select *, rank() over (order by average desc) as place from averaged),
page as (select * from ranked order by place, ordinal, id limit $5 offset $6)
select coalesce(json_agg(json_build_object(
        'rank', p.place, 'organisation', p.id, 'name', p.short_name, 'members', p.members,
        'points', wire_hundredths(p.points), 'average', wire_hundredths(p.average)) order by p.place, p.ordinal, p.id), '[]'),
    (select count(*) from ranked)
from page p
