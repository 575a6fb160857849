/* Switches a board; gives the setting's version. Writes board_setting. */
insert into board_setting as b (board, version, open, names, legal_basis, command) values ($1, 1, $2, $3, $4, $5)
on conflict (board) do update
set version = b.version + 1, open = excluded.open, names = excluded.names, legal_basis = excluded.legal_basis,
    command = excluded.command
returning version
