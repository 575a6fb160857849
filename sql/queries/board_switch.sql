/* Switches a board at a time; gives the setting's version. Writes board_setting. */
insert into board_setting as b (board, version, open, names, legal_basis, command, since, switched_at)
values ($1, 1, $2, $3, $4, $5, $6, $6)
on conflict (board) do update
set version = b.version + 1, open = excluded.open, names = excluded.names, legal_basis = excluded.legal_basis,
    command = excluded.command, switched_at = excluded.switched_at,
    since = case when b.open = excluded.open then b.since else excluded.since end
returning version
