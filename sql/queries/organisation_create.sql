/* Sets up an organisation below one that is there, or the first of all; no row where that cannot be. Writes organisation. */
insert into organisation (id, parent, kind, name, short_name, ordinal, created_at)
select $1, $2, $3, $4, $5, $6, $7
where ($2::uuid is null or exists (select from organisation where id = $2))
on conflict do nothing
returning id
