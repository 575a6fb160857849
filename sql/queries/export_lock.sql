/* An export, locked until the transaction's end. Writes nothing. */
select organisation, proposed_by, state, matter from export where id = $1 for update
