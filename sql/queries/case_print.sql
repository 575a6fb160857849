/* A case as one file, to whoever may see it: every step with the SHA-256 of its papers, and the steps to come. Whom it names
   stands between two marks (http/names.h), an organisation by its name; so do ids that facts give. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
seen as (
    select f.*, k.body, o.name as organisation_name, to_char(a.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as printed,
        road_on(f.road, (a.at at time zone 'Asia/Shanghai')::date) as today
    from asked a join case_file f on f.id = $3
    join procedure_pack k on k.name = f.procedure and k.version = f.pack_version
    join organisation o on o.id = f.organisation
    where f.subject = a.actor or f.opened_by = a.actor or f.id in (select c.matter from cases_reached(a.actor, a.at) c)
), made (number, line) as (
    select s.number, concat_ws(E'\n',
        format('%s. %s　%s　依据第 %s 条%s', s.number,
               to_char(s.accepted_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), m.row ->> 'title_zh',
               m.row ->> 'clause', case when s.provisional then '　【暂算】' end),
        format('   办理人：%s', coalesce(e'\x1e' || s.actor || e'\x1e', '（到期自动）')),
        (select string_agg(format('   %s：%s', t.title, case when g.fact -> 'value' ? 'private' then '＊＊＊' else coalesce(known.name, v.value) end),
                           E'\n' order by g.place)
         from jsonb_array_elements(s.given -> 'facts') with ordinality as g (fact, place)
         cross join lateral (select value from jsonb_each_text(g.fact -> 'value') limit 1) v
         left join lateral (select case when v.value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then v.value::uuid end as id) u on true
         left join lateral (select o.name from organisation o where o.id = u.id
                            union all select p.name from person p where p.id = u.id limit 1) known on true
         cross join lateral (select r.row ->> 'title_zh' as title from jsonb_array_elements(f.body -> 'facts') r (row)
                             where r.row ->> 'name' = g.fact ->> 'fact' limit 1) t),
        (select format('   表决：应到 %s，实到 %s，赞成 %s，书面赞成 %s', v ->> 'expected', v ->> 'present', v ->> 'in_favour',
                       v ->> 'written') from (select s.given -> 'vote') as w (v) where v is not null),
        (select string_agg(format('   材料 %s　SHA-256 %s', g.paper ->> 'paper', g.paper ->> 'digest'), E'\n' order by g.place)
         from jsonb_array_elements(s.given -> 'papers') with ordinality as g (paper, place)))
    from seen f join case_step s on s.matter = f.id
    cross join lateral (select r.row from jsonb_array_elements(f.body -> 'moves') r (row)
                        where r.row ->> 'name' = s.move limit 1) m
), ahead (place, line) as (
    select n.place, concat_ws(E'\n',
        format('· %s　依据第 %s 条　%s', n.step ->> 'title_zh', n.step ->> 'clause',
               case when (n.step ->> 'open')::boolean then '可办理' else '暂不可办理' end || coalesce('　期限 ' || (n.step ->> 'by'), '')),
        (select string_agg('   ' || (r.reason ->> 'detail_zh'), E'\n' order by r.place)
         from jsonb_array_elements(n.step -> 'reasons') with ordinality as r (reason, place)))
    from seen f cross join lateral jsonb_array_elements(f.today -> 'next') with ordinality as n (step, place)
), file (text) as (
    select concat_ws(E'\n',
        format('%s　办理档案', f.body ->> 'title_zh'), '',
        format('事项编号：%s', f.id), format('组织：%s', f.organisation_name),
        format('当事人：%s', coalesce(e'\x1e' || f.subject || e'\x1e', '无')),
        format('规则：%s 第 %s 版　%s', f.procedure, f.pack_version, f.body ->> 'law'),
        format('当前状态：%s', f.road ->> 'title_zh'), format('打印时间：%s', f.printed),
        '', '一、已办步骤', (select string_agg(line, E'\n' order by number) from made),
        '', '二、后续步骤', coalesce((select string_agg(line, E'\n' order by place) from ahead), '（已办结）'), '') || E'\n'
    from seen f
)
select text from file
