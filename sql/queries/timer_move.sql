/* Moves due timers to the outbox, those that a handler holds at this moment later; twenty to a row, which is some 8 KB.
   Writes flow.timer, flow.outbox. */
with due as (
    delete from flow.timer
    where ctid = any (array(
        select ctid from flow.timer where due <= $1 order by due limit $2 for update skip locked))
    returning due, key, packed
), placed as (
    select due, key, packed, (row_number() over (order by due, key) - 1) / 20 as part from due
), moved as (
    insert into flow.outbox (events, packed)
    select count(*), string_agg(packed, ''::bytea order by due, key) from placed group by part order by part
    returning events
)
select coalesce(sum(events), 0)::bigint from moved
