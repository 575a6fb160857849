/* Sets timers or moves them, an older generation being ignored. Writes flow.timer. */
insert into flow.timer as t (key, kind, generation, due, packed)
select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[], $5::bytea[])
on conflict (key, kind) do update
set generation = excluded.generation, due = excluded.due, packed = excluded.packed
where excluded.generation >= t.generation
