-- The first account, which can make all others.  SPDX-License-Identifier: Apache-2.0
-- Writes account, credential, account_grant and flow.outbox in one go, where no account stands yet; tells whether it did.
create function session.first(account_ uuid, login_ text, name_ text, phc_ text, now_ timestamptz,
                              packed_ bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    lock table public.account in share row exclusive mode;
    if exists (select from public.account) then
        return false;
    end if;
    insert into public.account (id, login, name, sessions_from) values (account_, login_, name_, now_);
    insert into public.credential (account, phc, changed_at) values (account_, phc_, now_);
    insert into public.account_grant (account, role, granted_at)
        select account_, r, now_ from unnest(array['county_administrator', 'security_administrator', 'operator', 'screen']) r;
    insert into flow.outbox (events, packed) values (1, packed_);
    return true;
end $$;
