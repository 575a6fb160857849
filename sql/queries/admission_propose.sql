/* Keeps the proposal to admit a late hand-in. Writes admission. */
insert into admission (hand_in, proposal, proposed_by, reason, proposed_at) values ($1, $2, $3, $4, $5)
