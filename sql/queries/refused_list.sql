/* Refused hand-ins to an examination, newest first, with what became of their admission. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
refused as (
    select r.command, r.attempt, r.member, m.login, o.id as organisation, o.short_name, a.number, r.accepted_at,
        a.deadline, r.reason, d.proposed_by, d.reason as proposed_why, d.confirmed_by, d.confirmed_why
    from attempt a join refused_hand_in r on r.attempt = a.id left join admission d on d.hand_in = r.command
    join account m on m.id = r.member join organisation o on o.id = m.organisation
    where a.exam = $3::uuid
), page as (
    select * from refused order by accepted_at desc, command limit $4 offset $5
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'submission', p.command, 'attempt', p.attempt, 'member', p.member, 'login', p.login,
        'organisation', p.organisation, 'organisation_name', p.short_name, 'number', p.number,
        'accepted_at', wire_time(p.accepted_at), 'deadline', wire_time(p.deadline), 'reason', p.reason,
        'proposed_by', p.proposed_by, 'proposed_why', p.proposed_why, 'confirmed_by', p.confirmed_by,
        'confirmed_why', p.confirmed_why)) order by p.accepted_at desc, p.command), '[]'),
    (select count(*) from refused)
from page p
