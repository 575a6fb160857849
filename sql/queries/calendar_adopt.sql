/* Keeps a year's working days unless that version stands. Writes working_calendar. */
insert into working_calendar (year, version, body, adopted_at, adopted_by) values ($1, $2, $3, $4, $5)
on conflict do nothing returning year
