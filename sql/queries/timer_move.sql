/* Moves due timers to the outbox, those that a handler holds at this moment later.
   Writes flow.timer, flow.outbox. */
with due as (
    delete from flow.timer
    where ctid = any (array(
        select ctid from flow.timer where due <= $1 order by due limit $2 for update skip locked))
    returning due, key, topic, message_key, headers, value
), moved as (
    insert into flow.outbox (topic, key, headers, value)
    select topic, message_key, headers, value from due order by due, key
    returning 1
)
select count(*) from moved
