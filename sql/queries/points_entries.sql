/* Entries of the ledger of an organisation's members and of those below it, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select l.*, c.login, c.organisation
    from organisations_below($3::uuid) b join account c on c.organisation = b.id join points_ledger l on l.member = c.id
    where ($4::uuid is null or l.member = $4) and ($5::uuid is null or l.cause = $5) and ($6::text is null or l.rule = $6)
        and ($7::timestamptz is null or l.occurred_at >= $7) and ($8::timestamptz is null or l.occurred_at < $8)
        and ($9::uuid[] is null or l.member in (select unnest($9::uuid[])))
), page as (select * from found order by occurred_at desc, id desc limit $10 offset $11)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'entry', p.id, 'member', p.member, 'login', p.login, 'organisation', p.organisation,
        'organisation_name', o.short_name, 'rule', p.rule, 'rule_title', r.title, 'rule_version', p.rule_version,
        'cause_title', coalesce(e.title, ''), 'exam', e.id, 'revision', p.revision, 'earned', wire_hundredths(p.earned),
        'points', wire_hundredths(p.counted), 'occurred_at', wire_time(p.occurred_at)))
        order by p.occurred_at desc, p.id desc), '[]'),
    (select count(*) from found)
from page p join organisation o on o.id = p.organisation
join points_rule r on r.rule = p.rule and r.version = p.rule_version
left join exam e on e.id = p.cause
