/* Blind indexes of a person's values. Writes person_index. */
insert into person_index (person, kind, hash)
select $1, i.kind, i.hash from unnest($2::text[], $3::bytea[]) as i(kind, hash)
on conflict (person, kind) do update set hash = excluded.hash
