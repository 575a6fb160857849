/* Moves due timers to the outbox, those that a handler holds at this moment later.
   Writes flow.timer, flow.outbox. */
with due as (
    delete from flow.timer
    where ctid = any (array(
        select ctid from flow.timer where due <= $1 order by due limit $2 for update skip locked))
    returning due, key, packed
), moved as (
    insert into flow.outbox (events, packed)
    select 1, packed from due order by due, key
    returning 1
)
select count(*) from moved
