/* What these members have so far. Writes nothing. */
select t.member, t.points, t.version, t.first, t.months
from unnest($1::uuid[]) w(member)
cross join lateral (select * from points_tally where member = w.member limit 1) t
