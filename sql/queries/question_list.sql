/* The current questions of a bank, by number. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
found as (
    select * from question_current
    where bank = $3::uuid and ($4::smallint is null or kind = $4) and ($5::text is null or topic = $5)
        and ($6::text is null or strpos(lower(stem), lower($6)) > 0 or strpos(lower(title), lower($6)) > 0)
        and retired = coalesce($7::boolean, false)
), page as (
    select * from found order by number limit $8 offset $9
)
select coalesce(json_agg(json_build_object(
        'number', p.number, 'version', p.version,
        'versions', (select count(*) from question q where q.bank = p.bank and q.number = p.number),
        'kind', (array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'])[p.kind + 1],
        'title', p.title, 'topic', p.topic, 'stem', p.stem, 'retired', p.retired,
        'changed_at', wire_time(p.imported_at)) order by p.number), '[]'),
    (select count(*) from found)
from page p
