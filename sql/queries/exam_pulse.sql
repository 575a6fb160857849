/* An examination's burst: sums, spans of five seconds, and how long grading took of what was graded in them. Who is among
   the last argument's has handed in and is not decided yet. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
window_ (first, last) as (
    select date_bin('5 seconds', at, 'epoch') - interval '295 seconds', date_bin('5 seconds', at, 'epoch') from asked
), candidate (account) as (
    select member from exam_members($3::uuid, $4::uuid)
), begun as (
    select t.member, t.started_at from candidate c join attempt t on t.exam = $3 and t.member = c.account
), marked as (
    select s.member, s.ended, s.ended_at, s.graded_at, s.revision
    from candidate c join sheet s on s.exam = $3 and s.member = c.account
), span as (
    select w.first + n * interval '5 seconds' as at, n
    from window_ w cross join lateral generate_series(0, 59) n
), begun_then as (
    select date_bin('5 seconds', b.started_at, 'epoch') as at, count(*) as started
    from window_ w join begun b on b.started_at >= w.first group by 1
), handed_then as (
    select date_bin('5 seconds', m.ended_at, 'epoch') as at, count(*) as handed_in
    from window_ w join marked m on m.ended_at >= w.first and m.ended = 0 group by 1
), graded_then as (
    select date_bin('5 seconds', m.graded_at, 'epoch') as at, count(*) as graded
    from window_ w join marked m on m.graded_at >= w.first group by 1
), taken as (
    select percentile_disc(array[0.5, 0.99]) within group (
        order by greatest(extract(epoch from m.graded_at - m.ended_at) * 1000, 0)::bigint) as ms
    from window_ w join marked m on m.graded_at >= w.first and m.ended = 0 and m.revision = 1
)
select json_build_object(
    'at', wire_time(a.at), 'members', (select count(*) from candidate),
    'started', (select count(distinct member) from begun),
    'handed_in', (select count(*) from candidate c where c.account = any($5::uuid[])
                                                     or exists (select from marked m where m.member = c.account)),
    'graded', (select count(distinct member) from marked),
    'grading_ms_half', coalesce(t.ms[1], 0), 'grading_ms_most', coalesce(t.ms[2], 0),
    'spans', (select json_agg(json_build_object(
            'at', wire_time(s.at), 'started', coalesce(b.started, 0), 'handed_in', coalesce(h.handed_in, 0),
            'graded', coalesce(g.graded, 0)) order by s.n)
        from span s left join begun_then b on b.at = s.at left join handed_then h on h.at = s.at
        left join graded_then g on g.at = s.at))
from asked a cross join taken t
