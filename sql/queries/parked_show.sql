/* A parked message: its headers readable as far as they are text, of its body only the size.
   Writes nothing. */
with asked (actor, at) as (select $1::uuid, $2::timestamptz)
select json_build_object('message', p.entry, 'worker', p.worker, 'topic', p.topic, 'partition', p.partition,
    'offset', p."offset", 'type', left(coalesce(p.type, ''), 80), 'reason', left(p.reason, 2000),
    'parked_at', wire_time(p.parked_at), 'replays', p.replays,
    'headers', left(encode(p.headers, 'escape'), 8000), 'size', p.size)
from flow.parked p
where p.entry = $3::uuid
