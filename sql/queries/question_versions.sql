/* A question of a bank as it stands and as it stood, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select q.*, coalesce(r.retired, false) as retired
    from question q left join question_retirement r on r.bank = q.bank and r.number = q.number
    where q.bank = $3::uuid and q.number = $4::bigint
), page as (
    select * from found order by version desc limit $5 offset $6
)
select coalesce(json_agg(json_build_object(
        'number', p.number, 'version', p.version,
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[p.kind + 1],
        'title', p.title, 'topic', p.topic, 'stem', p.stem, 'options', p.options, 'rights', p.rights,
        'key', p.key::json, 'explanation', p.explanation, 'source', p.source,
        'changed_at', wire_time(p.imported_at), 'retired', p.retired) order by p.version desc), '[]'),
    (select count(*) from found)
from page p
