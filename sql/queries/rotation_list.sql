/* Rotations of keys with their progress, newest first. Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz),
page as (select * from key_rotation order by started_at desc, id limit $3 offset $4)
select coalesce(json_agg(json_strip_nulls(json_build_object(
        'rotation', p.id, 'key', p.key, 'part', (array['facts', 'parked', 'accounts', 'photographs', 'imports', 'done'])[p.part + 1], 'sealed', p.sealed,
        'unreadable', p.unreadable, 'reason', p.reason, 'started_at', wire_time(p.started_at),
        'finished_at', wire_time(p.finished_at))) order by p.started_at desc, p.id), '[]'),
    (select count(*) from key_rotation)
from page p
