-- One row of sums a member, moved once an entry, instead of one a member and period, moved four times.  SPDX-License-Identifier: Apache-2.0
create table points_tally (
    member   uuid primary key,
    points   bigint not null,                   -- hundredths, of all time
    version  bigint not null,                   -- grows with each move; every period's record carries it
    first    integer not null,                  -- the month of the first of months: 12 * year + month - 1
    months   bytea not null                     -- hundredths a month, one after the other, four bytes each, big-endian
) with (fillfactor = 80);

-- The place-th of the integers that stand packed, from 0; each has four bytes, big-endian.
create function integer_at(packed bytea, place integer) returns integer language sql immutable parallel safe as $$
    select ('x' || encode(substr(packed, 4 * place + 1, 4), 'hex'))::bit(32)::integer
$$;

with month as (
    select member, substr(period, 1, 4)::integer * 12 + substr(period, 6, 2)::integer - 1 as month, points
    from points_sum where period like '____-__'
), span as (
    select member, min(month) as first, max(month) as last from month group by member
), whole as (
    select member, max(points) filter (where period = 'all') as points, max(version) as version
    from points_sum group by member
), months as (
    select s.member, s.first, string_agg(int4send(coalesce(m.points, 0)::integer), ''::bytea order by n) as months
    from span s cross join lateral generate_series(s.first, s.last) n
    left join month m on m.member = s.member and m.month = n
    group by s.member, s.first
)
insert into points_tally (member, points, version, first, months)
select member, w.points, w.version, m.first, m.months from whole w join months m using (member);

drop view points_total;
drop table points_sum;

-- For an outsider.
create view points_total (member_id, points) as
    select member, points / 100.0 from points_tally;
-- The sums by name of period: all, 2026, 2026Q4, 2026-11. Months between a member's first and last stand there with 0.
create view points_sum (member, period, points, version) as
    with month as (
        select t.member, t.version, (t.first + n) / 12 as year, (t.first + n) % 12 + 1 as month,
            integer_at(t.months, n)::bigint as points
        from points_tally t cross join lateral generate_series(0, length(t.months) / 4 - 1) n
    )
    select member, 'all', points, version from points_tally
    union all
    select member, year::text, sum(points)::bigint, max(version) from month group by member, year
    union all
    select member, year || 'Q' || (month + 2) / 3, sum(points)::bigint, max(version)
    from month group by member, year, (month + 2) / 3
    union all
    select member, year || '-' || lpad(month::text, 2, '0'), points, version from month;
