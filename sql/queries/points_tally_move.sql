/* Sets the sums of members who have some. Writes points_tally. */
update points_tally t set points = w.points, version = w.version, first = w.first, months = w.months
from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::integer[], $5::bytea[]) w(member, points, version, first, months)
cross join lateral (select ctid from points_tally where member = w.member limit 1) as place
where t.ctid = place.ctid
