/* Whose rows the transaction may see: its caller's own, and those below these tops. Writes nothing. */
select set_config('reach.actor', $1, true), set_config('reach.tops', $2, true)
