/* Takes timers away; a row that the relay is moving at this moment is waited for, and gone. Writes flow.timer. */
delete from flow.timer
where ctid = any (array(
    select t.ctid from unnest($1::uuid[], $2::text[]) as a(key, kind)
    cross join lateral (select ctid from flow.timer where key = a.key and kind = a.kind limit 1) as t))
