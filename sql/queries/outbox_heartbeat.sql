/* The relay's own write, without which its commit would put nothing on disk. Writes flow.relay. */
update flow.relay set turned_at = $1, turns = turns + 1
