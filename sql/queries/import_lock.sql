/* An import, locked. Writes nothing. */
select organisation, begun_by, case when state >= 5 then reversed_by else confirmed_by end, kind, state, generation, rows,
    columns, done, confirmed_at
from import where id = $1 for update
