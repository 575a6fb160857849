/* Accounts as the front is to know them at $2, each under its next version; grants that are over are left out. Writes
   account.version. */
update account a set version = a.version + 1
from (select id from account where id = any($1) order by id for update) locked
where a.id = locked.id
returning a.id, a.version, a.login, a.name, a.organisation, a.active, a.sessions_from,
    json_build_object('grants', coalesce(
        (select json_agg(json_strip_nulls(json_build_object(
                'role', g.role, 'organisation', coalesce(g.organisation, '00000000-0000-0000-0000-000000000000'),
                'from', case when g.from_at > $2::timestamptz then wire_time(g.from_at) end, 'until', wire_time(g.until_at))))
         from account_grant g
         where g.account = a.id and g.ended_at is null and coalesce(g.until_at > $2, true)), '[]'::json))
