/* Moves the positions of a batch or raises BT001. Writes flow.cursor. */
select flow.claim($1, $2, $3, $4, $5, $6, $7)
