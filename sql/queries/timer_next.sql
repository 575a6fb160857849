/* When the first timer is due. Writes nothing. */
select min(due) from flow.timer
