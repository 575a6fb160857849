-- Failed log-ins are judged by the house's clock, as they are counted.  SPDX-License-Identifier: Apache-2.0
drop function session.find(text);

create function session.find(login_ text, now_ timestamptz)
returns table (account uuid, phc text, active boolean, failures integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.id, c.phc, a.active,
        case when f.since > now_ - interval '15 minutes' then f.count else 0 end
    from public.account a
    join public.credential c on c.account = a.id
    left join session.failure f on f.account = a.id
    where a.login = login_
$$;

revoke execute on function session.find(text, timestamptz) from public;
