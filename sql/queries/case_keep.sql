/* Keeps a new case, or how one stands after a step. Writes case_file. */
insert into case_file (id, procedure, pack_version, organisation, subject, opened_by, state, ended, version, opened_at, moved_at, road)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
on conflict (id) do update set state = excluded.state, ended = excluded.ended, version = excluded.version,
    moved_at = excluded.moved_at, road = excluded.road
