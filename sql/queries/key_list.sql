/* Corrected keys that were proposed for an examination, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select * from key_proposal where exam = $3::uuid
), page as (
    select * from found order by proposed_at desc, id limit $4 offset $5
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'proposal', p.id, 'question', p.number, 'stem', q.stem, 'key', p.key::json, 'reason', p.reason,
        'member', p.proposed_by, 'proposed_at', wire_time(p.proposed_at), 'key_version', p.adopted,
        'sheets', p.sheets, 'changed', p.changed)) order by p.proposed_at desc, p.id), '[]'),
    (select count(*) from found)
from page p join paper_question q on q.exam = p.exam and q.number = p.number
