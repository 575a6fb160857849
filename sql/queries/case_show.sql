/* A case with its road so far and ahead, to whoever may see it. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
seen as (
    select f.*, k.body, (a.at at time zone 'Asia/Shanghai')::date as today
    from asked a join case_file f on f.id = $3
    join procedure_pack k on k.name = f.procedure and k.version = f.pack_version
    where f.subject = a.actor or f.opened_by = a.actor or f.id in (select c.matter from cases_reached(a.actor, a.at) c)
), made as (
    select s.*, m.row as move_row,
        coalesce((select json_agg(json_build_object('fact', g.fact ->> 'fact', 'title', t.row ->> 'title',
                    'title_zh', t.row ->> 'title_zh', 'value', case when g.fact -> 'value' ? 'private' then '＊＊＊' else
                        (select v.value from jsonb_each_text(g.fact -> 'value') v limit 1) end) order by g.place)
                  from jsonb_array_elements(s.given -> 'facts') with ordinality as g (fact, place)
                  cross join lateral (select r.row from jsonb_array_elements(f.body -> 'facts') r (row)
                                      where r.row ->> 'name' = g.fact ->> 'fact' limit 1) t), '[]') as facts
    from seen f join case_step s on s.matter = f.id
    cross join lateral (select r.row from jsonb_array_elements(f.body -> 'moves') r (row)
                        where r.row ->> 'name' = s.move limit 1) m
)
select json_strip_nulls(json_build_object(
        'matter', f.id, 'procedure', f.procedure, 'procedure_version', f.pack_version, 'title', f.body ->> 'title',
        'title_zh', f.body ->> 'title_zh', 'law', f.body ->> 'law', 'organisation', f.organisation,
        'organisation_name', o.short_name, 'subject', f.subject, 'version', f.version, 'opened_at', wire_time(f.opened_at),
        'opened_by', f.opened_by,
        'steps', (select json_agg(json_build_object(
                    'number', m.number, 'move', m.move, 'title', m.move_row ->> 'title', 'title_zh', m.move_row ->> 'title_zh',
                    'clause', m.move_row ->> 'clause', 'state', m.state, 'actor', m.actor, 'at', wire_time(m.accepted_at),
                    'provisional', m.provisional, 'facts', m.facts, 'papers', coalesce(m.given -> 'papers', '[]'),
                    'vote', m.given -> 'vote') order by m.number) from made m),
        'road', road_on(f.road, f.today)))
from seen f join organisation o on o.id = f.organisation
