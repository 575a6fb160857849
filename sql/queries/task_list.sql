/* The steps that the caller is asked for, the most urgent first: those that a guard shuts are not asked for, nor those that
   another person must make. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
today (day) as (select (at at time zone 'Asia/Shanghai')::date from asked),
open (id) as (
    select f.id from asked a join case_file f on f.subject = a.actor and not f.ended
    union
    select f.id from asked a cross join lateral cases_reached(a.actor, a.at) c join case_file f on f.id = c.matter and not f.ended
), near as (
    select f.* from open n join case_file f on f.id = n.id
), tasks as (
    select distinct on (t.matter, t.move) n.*, t.move, t.due_on, coalesce(t.due_on < d.day, false) as overdue,
        step.row as step_row, k.body
    from asked a cross join today d cross join near n join case_task t on t.matter = n.id
    join procedure_pack k on k.name = n.procedure and k.version = n.pack_version
    cross join lateral (select r.row from jsonb_array_elements(k.body -> 'moves') r (row) where r.row ->> 'name' = t.move limit 1) step
    where case t.place when 3 then n.subject = a.actor
        else exists (select from offices_at(a.actor, n.organisation, a.at) o
                     where o.role = t.role and (array[o.own, o.superior, o.authority])[t.place + 1]) end
        and exists (select from jsonb_array_elements(road_on(n.road, d.day) -> 'next') r (row)
                    where r.row ->> 'move' = t.move and (r.row ->> 'open')::boolean)
        and not exists (select from case_step s where s.matter = n.id and s.actor = a.actor
                        and coalesce(step.row -> 'other_than', '[]') ? s.move)
    order by t.matter, t.move, t.due_on
), found as (
    select * from tasks where ($3::boolean is null or overdue = $3) and ($4::uuid is null or id = $4)
), page as (
    select * from found order by due_on, moved_at, id, move limit $5 offset $6
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'matter', p.id, 'procedure', p.procedure, 'title', p.body ->> 'title', 'title_zh', p.body ->> 'title_zh',
        'organisation', p.organisation, 'organisation_name', o.short_name, 'subject', p.subject, 'version', p.version,
        'move', p.move, 'move_title', p.step_row ->> 'title', 'move_title_zh', p.step_row ->> 'title_zh',
        'due_on', p.due_on, 'overdue', p.overdue)) order by p.due_on, p.moved_at, p.id, p.move), '[]'),
    (select count(*) from found)
from page p join organisation o on o.id = p.organisation
