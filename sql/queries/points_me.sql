/* A member's entries in the ledger, newest first; of an examination its id is the cause. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
mine as (select l.* from asked a join points_ledger l on l.member = a.actor),
page as (select * from mine order by occurred_at desc, cause, revision desc, id desc limit $3 offset $4)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'entry', p.id, 'rule', p.rule, 'rule_title', coalesce(r.title, p.rule), 'cause_title', coalesce(e.title, ''),
        'exam', e.id, 'revision', p.revision, 'earned', wire_hundredths(p.earned), 'points', wire_hundredths(p.counted),
        'cause', p.cause, 'occurred_at', wire_time(p.occurred_at)))
        order by p.occurred_at desc, p.cause, p.revision desc, p.id desc), '[]'),
    (select count(*) from mine)
from page p
left join points_rule r on r.rule = p.rule and r.version = p.rule_version
left join exam e on e.id = p.cause
