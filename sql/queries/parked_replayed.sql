/* Notes a replay. Writes flow.parked. */
update flow.parked set replays = replays + 1, replayed_at = $2, replayed_by = $3 where entry = $1
