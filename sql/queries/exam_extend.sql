/* Gives a member extra time; how many minutes more than before, no row where not more. The examination's row is held,
   so that no start is under way that would miss it. Writes extra_time. */
with held as (select id from exam where id = $1 for update),
before as (select minutes from extra_time where exam = $1 and member = $2)
insert into extra_time as t (exam, member, minutes, reason, command)
select held.id, $2, $3, $4, $5 from held where $3 > coalesce((select minutes from before), 0)
on conflict (exam, member) do update
set minutes = excluded.minutes, reason = excluded.reason, command = excluded.command
returning $3::integer - coalesce((select minutes from before), 0)
