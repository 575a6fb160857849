/* Takes timers away, in the order given. Writes flow.timer. */
delete from flow.timer
where ctid = any (array(
    select t.ctid from unnest($1::uuid[], $2::text[]) as a(key, kind)
    cross join lateral (
        select ctid from flow.timer where key = a.key and kind = a.kind limit 1 for update) as t))
