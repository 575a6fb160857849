/* Says whether a question of a bank is retired; no row where it is so already or there is no such question. Writes
   question_retirement. */
insert into question_retirement (bank, number, retired, reason, changed_at)
select $1, $2, $3, $4, $5
where exists (select from question q where q.bank = $1 and q.number = $2)
    and coalesce((select r.retired from question_retirement r where r.bank = $1 and r.number = $2), false) <> $3
on conflict (bank, number) do update
    set retired = excluded.retired, reason = excluded.reason, changed_at = excluded.changed_at
returning number
