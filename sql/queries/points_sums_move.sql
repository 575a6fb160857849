/* Moves sums of points, in the order given; gives each one's place in the list, the new sum and its version. Writes points_sum.
   A full join because it is never a nested loop, which the planner takes for arrays of a length unknown to it. */
with moved as (
    insert into points_sum as s (member, period, points, version)
    select m.member, m.period, m.points, 1 from unnest($1::uuid[], $2::text[], $3::bigint[]) m(member, period, points)
    on conflict (member, period) do update set points = s.points + excluded.points, version = s.version + 1
    returning member, period, points, version
)
select w.n, moved.points, moved.version
from unnest($1::uuid[], $2::text[]) with ordinality w(member, period, n)
full join moved on moved.member = w.member and moved.period = w.period
