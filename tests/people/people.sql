-- So many people as `people.count` says in the branches that stand, each with an account, what their files and lists hold, points for
-- all and sheets for some. Of each ten one is called 王, one is 苗族; one is 珞巴族, one is called 独一无.  SPDX-License-Identifier: Apache-2.0
set session_replication_role = replica; -- what triggers would derive is written at once; a superuser's
set synchronous_commit = off;
create temporary table made as
with branch as (select array_agg(id order by id) as ids from organisation where active and kind = 4),
words as (select string_to_array('王 黄 陈 符 李 张 林 吴 周 曾', ' ') as surnames,
    string_to_array('wang huang chen fu li zhang lin wu zhou zeng', ' ') as read_surnames,
    string_to_array('伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 文 辉 建 国 海 春 梅 雪', ' ') as given,
    string_to_array('wei fang na min jing li qiang lei jun yang yong yan jie juan tao ming chao xiu xia ping gang gui wen hui jian guo '
                    'hai chun mei xue', ' ') as read_given),
drawn as (select n, b.ids[n % cardinality(b.ids) + 1] as organisation, (hashint4(n) & 65535) % 10 + 1 as s,
    (hashint4(n + 1) & 65535) % 30 + 1 as f, (hashint4(n + 2) & 65535) % 40 + 1 as g -- one of four has but one given name
    from branch b, generate_series(1, current_setting('people.count')::integer) n),
spelt as (select d.n, d.organisation, concat(w.surnames[s], w.given[f], w.given[g]) as name,
    concat_ws(' ', w.read_surnames[s], w.read_given[f], w.read_given[g]) as reading,
    concat(left(w.read_surnames[s], 1), left(w.read_given[f], 1), left(w.read_given[g], 1)) as initials from drawn d, words w)
select md5('person' || n)::uuid as id, n, organisation, name, reading || ' ' || name as name_key, initials from spelt;
update made set name = '独一无', name_key = 'du yi wu 独一无', initials = 'dyw' where n = 7;

-- Indexes are made anew behind the rows.
create temporary table held as
select indexdef, schemaname || '.' || indexname as name from pg_indexes i
where tablename in ('person', 'person_part', 'person_fact', 'person_role', 'person_index', 'account')
    and not exists (select from pg_constraint c where c.conname = i.indexname);
do $$ declare one record; begin for one in select * from held loop execute 'drop index ' || one.name; end loop; end $$;
insert into account (id, login, name, organisation, member, sessions_from)
select id, 'p' || n, name, organisation, hashint4(n + 7) % 10 <> 0, now() from made order by id;
insert into member select id from made where hashint4(n + 7) % 10 <> 0 order by id;
insert into person (id, organisation, name, name_key, initials, sex, birth_date, ethnicity, education, joined_on, mobile, resident_id,
                    roles, created_at)
select id, organisation, name, name_key, initials, case when hashint4(n + 4) % 3 = 0 then 'female' else 'male' end,
    ('1950-01-01'::date + hashint4(n + 3) % 9000 + 9000)::text,
    case when n = 7 then '珞巴族' when hashint4(n + 5) % 10 = 1 then '苗族' when hashint4(n + 5) % 3 = 0 then '黎族' else '汉族' end,
    (array['小学', '初中', '高中', '大专', '大学', '研究生'])[abs(hashint4(n + 6) % 6) + 1], ('2000-01-01'::date + n % 9000)::text,
    '138****' || lpad((n % 10000)::text, 4, '0'), '469***********' || lpad((n % 10000)::text, 4, '0'),
    case when hashint4(n + 7) % 10 <> 0 then 1 else 0 end + case when hashint4(n + 7) % 20 = 0 then 2 else 0 end + case when hashint4(n + 7) % 500 = 3 then 8 else 0 end, now()
from made order by id;
insert into person_role (id, person, role, since, given_by, given_at)
select md5('role' || r || n)::uuid, id, r, '2020-01-01', id, now() from made cross join lateral
    (select 0 where hashint4(n + 7) % 10 <> 0 union all select 1 where hashint4(n + 7) % 20 = 0 union all select 3 where hashint4(n + 7) % 500 = 3) h (r);
insert into person_fact (id, person, field, value, sealed, source, state, recorded_by, recorded_at)
select md5(f.field || n)::uuid, p.id, f.field, f.value, f.sealed, 3, 0, p.id, now() from made m join person p on p.id = m.id
cross join lateral (values ('name', p.name, false), ('ethnicity', p.ethnicity, false), ('mobile', p.mobile, true)) f (field, value, sealed);
insert into person_sealed select id, encode(sha256(uuid_send(id)), 'base64') from person_fact where sealed;
insert into person_index select id, 'mobile', sha256(uuid_send(id)) from made;
insert into points_tally (member, points, version, first, months)
select id, n % 100000, 1, 24300, '\x00000000' from made order by id on conflict do nothing;
insert into sheet (exam, member, number, attempt, ended, ended_at, command, revision, key_version, mark, full_mark, marks, graded_at)
select md5('exam' || e)::uuid, id, 1, id, 0, now(), id, 1, 1, 100, 100, '', now() from made, generate_series(1, 3) e where n % 10 = e
order by 1, 2;
insert into person_part
select distinct substr(name, v.n, v.l), organisation, name_key, id from made
cross join (values (1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (1, 3)) v (n, l) where v.n + v.l - 1 <= length(name) order by 1, 2, 3, 4;
do $$ declare one record; begin for one in select * from held loop execute one.indexdef; end loop; end $$;
drop table made, held;
set session_replication_role = origin;
