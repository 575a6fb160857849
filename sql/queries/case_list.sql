/* Cases that the caller may see, those that moved last first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
near (id) as (
    select f.id from asked a join case_file f on f.subject = a.actor
    union
    select f.id from asked a join case_file f on f.opened_by = a.actor
    union
    select c.matter from asked a cross join lateral cases_reached(a.actor, a.at) c
), seen as (
    select f.* from near n join case_file f on f.id = n.id
), wanted as (
    select s.*, d.due_on, coalesce(d.due_on < (a.at at time zone 'Asia/Shanghai')::date, false) as overdue
    from asked a cross join seen s
    left join lateral (select min(c.due_on) as due_on from case_deadline c where c.matter = s.id) d on true
    where ($3::text is null or s.procedure = $3)
        and ($4::uuid is null or s.organisation in (select b.id from organisations_below($4) b))
        and ($5::text is null or s.state = $5)
        and ($6::boolean is null or (s.subject is not distinct from a.actor or s.opened_by = a.actor) = $6)
        and ($7::boolean is null or s.ended = $7)
), found as (
    select * from wanted where $8::boolean is null or overdue = $8
), page as (
    select * from found order by moved_at desc, id limit $9 offset $10
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'matter', p.id, 'procedure', p.procedure, 'procedure_version', p.pack_version, 'title', k.body ->> 'title',
        'title_zh', k.body ->> 'title_zh', 'organisation', p.organisation, 'organisation_name', o.short_name,
        'subject', p.subject, 'state', p.state, 'state_title', p.road ->> 'title', 'state_title_zh', p.road ->> 'title_zh',
        'ended', p.ended, 'version', p.version, 'opened_at', wire_time(p.opened_at), 'moved_at', wire_time(p.moved_at),
        'due_on', p.due_on, 'overdue', p.overdue,
        'facts', (select coalesce(json_agg(json_build_object('fact', g.fact ->> 'fact', 'title', t.row ->> 'title',
                    'title_zh', t.row ->> 'title_zh', 'value', v.value) order by g.place), '[]')
                  from case_step s cross join lateral jsonb_array_elements(s.given -> 'facts') with ordinality as g (fact, place)
                  cross join lateral (select r.row from jsonb_array_elements(k.body -> 'facts') r (row)
                                      where r.row ->> 'name' = g.fact ->> 'fact' limit 1) t
                  cross join lateral (select e.key, e.value from jsonb_each_text(g.fact -> 'value') e limit 1) v
                  where s.matter = p.id and s.number = 1 and v.key <> 'private'))) order by p.moved_at desc, p.id), '[]'),
    (select count(*) from found)
from page p join organisation o on o.id = p.organisation
join procedure_pack k on k.name = p.procedure and k.version = p.pack_version
