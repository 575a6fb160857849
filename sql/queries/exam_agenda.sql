/* Examinations that concern a member, with the standing at the time asked: open ones by when they close, then coming ones by
   when they open, then closed ones, the latest first. Extra time moves the closing. Writes nothing. */
with recursive asked (actor, at) as (select $1::uuid, $2::timestamptz),
above (id) as (
    select c.organisation from asked a join account c on c.id = a.actor
    union
    select o.parent from above u join organisation o on o.id = u.id where o.parent is not null
), concerning as (
    select e.*, e.closes_at + make_interval(mins => coalesce(x.minutes, 0)) as closing, a.actor, a.at
    from asked a join exam e on e.published and e.organisation in (select id from above)
    left join extra_time x on x.exam = e.id and x.member = a.actor
), placed as (
    select *, case when at < opens_at then 1 when at < closing then 2 else 3 end as state from concerning
), found as (
    select * from placed where $3::smallint is null or state = $3
), page as (
    select * from found
    order by array_position(array[2, 1, 3], state), case state when 1 then opens_at when 2 then closing end, closing desc, id
    limit $4 offset $5
), shown as (
    select p.*, t.used, t.attempt, t.deadline, t.ended, r.mark as mark_shows,
        array_position(array[2, 1, 3], state) as rank, case state when 1 then opens_at when 2 then closing end as by
    from page p
    cross join lateral released(p.release, p.closes_at, p.at) r
    cross join lateral (
        select count(*) as used, count(s.attempt) as ended,
            (array_agg(t.id) filter (where s.attempt is null and t.deadline >= p.at))[1] as attempt,
            max(t.deadline) filter (where s.attempt is null and t.deadline >= p.at) as deadline
        from attempt t left join sheet s on s.exam = t.exam and s.member = t.member and s.number = t.number
        where t.exam = p.id and t.member = p.actor) t
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'exam', p.id, 'title', p.title, 'state', (array['coming', 'open', 'closed'])[p.state],
        'opens_at', wire_time(p.opens_at), 'closes_at', wire_time(p.closing), 'minutes', p.minutes, 'attempts', p.attempts,
        'drawn', p.drawn, 'full_mark', wire_hundredths(p.full_mark),
        'standing', case when p.attempt is not null then 'under_way' when p.used > 0 then 'handed_in' else 'none' end,
        'used', p.used, 'attempt', p.attempt, 'deadline', wire_time(p.deadline), 'shown', p.mark_shows,
        'mark', case when p.mark_shows then (
            select wire_hundredths(s.mark) from sheet s where s.exam = p.id and s.member = p.actor
            order by case p.counted when 0 then s.mark when 1 then s.number else -s.number end desc limit 1) end))
        order by p.rank, p.by, p.closing desc, p.id), '[]'),
    (select count(*) from found)
from shown p
