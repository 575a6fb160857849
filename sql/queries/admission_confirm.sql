/* Confirms that a late hand-in is admitted. Writes admission. */
update admission set confirmation = $2, confirmed_by = $3, confirmed_why = $4, confirmed_at = $5
where hand_in = $1 and confirmed_by is null
