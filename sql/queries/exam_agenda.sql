/* Examinations that a member may sit or has sat, and where he stands: open first, the one that closes next before others, then
   coming, then closed, newest first; extra time moves the closing. Writes nothing. */
with recursive asked (actor, at) as (select $1::uuid, $2::timestamptz),
above (id) as (
    select c.organisation from asked a join account c on c.id = a.actor
    union all
    select o.parent from above u join organisation o on o.id = u.id where o.parent is not null
), placed as (
    select e.*, c.closing, exam_standing(true, e.opens_at, c.closing, a.at) as state
    from asked a cross join exam e left join extra_time x on x.exam = e.id and x.member = a.actor
    cross join lateral (select e.closes_at + make_interval(mins => coalesce(x.minutes, 0)) as closing) c
    where e.published and (exam_tops(e.organisation, e.audience) && array(select id from above)
                           or exists (select from attempt t where t.exam = e.id and t.member = a.actor))
), found as (
    select * from placed where $3::smallint is null or state = $3
), page as (
    select *, row_number() over (order by (state = 2) desc, (state = 1) desc, case state when 2 then closing when 1 then opens_at end,
                                 closing desc, id) as place
    from found order by place limit $4 offset $5
), standing as (
    select p.id, t.used, l.id as attempt, l.deadline, s.ended, r.marks as shown, s.mark
    from asked a cross join page p cross join lateral release_shows(p.release, p.closes_at, a.at) r
    cross join lateral (select count(*) as used from attempt where exam = p.id and member = a.actor) t
    left join lateral (
        select i.id, i.deadline from attempt i
        where i.exam = p.id and i.member = a.actor
            and not exists (select from sheet h where h.exam = i.exam and h.member = i.member and h.number = i.number)
        order by i.number desc limit 1
    ) l on true
    cross join lateral (
        select count(*) > 0 as ended,
            case p.counted when 0 then max(h.mark) when 1 then (array_agg(h.mark order by h.number desc))[1]
            else (array_agg(h.mark order by h.number))[1] end as mark
        from sheet h where h.exam = p.id and h.member = a.actor
    ) s
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'exam', p.id, 'title', p.title, 'state', wire_exam_state(p.state),
        'opens_at', wire_time(p.opens_at), 'closes_at', wire_time(p.closing), 'minutes', p.minutes,
        'attempts', p.attempts, 'drawn', p.drawn, 'full_mark', wire_hundredths(p.full_mark),
        'standing', case when s.attempt is not null then 'under_way' when s.ended then 'handed_in' else 'none' end,
        'used', s.used, 'attempt', s.attempt, 'deadline', wire_time(s.deadline), 'shown', s.shown,
        'mark', case when s.shown and s.ended then wire_hundredths(s.mark) end)) order by p.place), '[]'),
    (select count(*) from found)
from page p join standing s on s.id = p.id
