/* The next change's number and moment, under the lock of the tree. Writes nothing. */
select number, moment from tree_change_next($1)
