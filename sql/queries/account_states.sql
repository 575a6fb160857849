/* Accounts as the front is to know them, each under its next version. Writes account.version. */
update account a set version = a.version + 1
from (select id from account where id = any($1) order by id for update) locked
where a.id = locked.id
returning a.id, a.version, a.login, a.name, a.organisation, a.active, a.sessions_from,
    json_build_object('grants', coalesce(
        (select json_agg(json_build_object('role', g.role, 'organisation',
                                           coalesce(g.organisation, '00000000-0000-0000-0000-000000000000')))
         from account_grant g where g.account = a.id), '[]'::json))
