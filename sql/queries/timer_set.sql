/* Sets timers or moves them, an older generation being ignored. Writes flow.timer. */
insert into flow.timer as t (key, kind, generation, due, topic, message_key, headers, value)
select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[], $5::text[], $6::text[],
                     $7::bytea[], $8::bytea[])
on conflict (key, kind) do update
set generation = excluded.generation, due = excluded.due, topic = excluded.topic,
    message_key = excluded.message_key, headers = excluded.headers, value = excluded.value
where excluded.generation >= t.generation
