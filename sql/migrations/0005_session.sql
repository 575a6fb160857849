-- Sessions and their refresh tokens, written only by the functions below.  SPDX-License-Identifier: Apache-2.0
create schema session;

create table session.session (
    id         uuid primary key,
    account    uuid not null references account,
    opened_at  timestamptz not null,
    closed_at  timestamptz,
    reused     boolean not null default false
);
create index session_account on session.session (account);

-- Only digests of tokens are kept.
create table session.refresh (
    digest      bytea primary key,
    session     uuid not null references session.session,
    issued_at   timestamptz not null,
    expires_at  timestamptz not null,
    used_at     timestamptz
);
create index refresh_session on session.refresh (session);

-- Failed log-ins in the running quarter of an hour; unknown names count under the id of all zeros.
create table session.failure (
    account  uuid primary key,
    since    timestamptz not null,
    count    integer not null
);

create function session.find(login_ text) returns table (account uuid, phc text, active boolean, failures integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.id, c.phc, a.active,
        case when f.since > now() - interval '15 minutes' then f.count else 0 end
    from public.account a
    join public.credential c on c.account = a.id
    left join session.failure f on f.account = a.id
    where a.login = login_
$$;

create function session.open(account_ uuid, session_ uuid, digest_ bytea, now_ timestamptz, expires_ timestamptz)
returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from session.failure where account = account_;
    insert into session.session (id, account, opened_at) values (session_, account_, now_);
    insert into session.refresh (digest, session, issued_at, expires_at) values (digest_, session_, now_, expires_)
$$;

-- No row: the token is unknown, expired, or was spent before, which ends the session.
create function session.rotate(digest_ bytea, next_ bytea, now_ timestamptz, expires_ timestamptz)
returns table (account uuid, session uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_ record;
begin
    select r.session as id, r.expires_at, r.used_at, s.account, s.closed_at, a.active, a.sessions_from, s.opened_at
    into found_
    from session.refresh r
    join session.session s on s.id = r.session
    join public.account a on a.id = s.account
    where r.digest = digest_
    for update of r, s;
    if not found or found_.closed_at is not null or found_.expires_at <= now_ or not found_.active
        or found_.opened_at < found_.sessions_from then
        return;
    end if;
    if found_.used_at is not null then
        update session.session set closed_at = now_, reused = true where id = found_.id;
        return;
    end if;
    update session.refresh set used_at = now_ where digest = digest_;
    insert into session.refresh (digest, session, issued_at, expires_at) values (next_, found_.id, now_, expires_);
    account := found_.account;
    session := found_.id;
    return next;
end $$;

create function session.close(session_ uuid, now_ timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update session.session set closed_at = now_ where id = session_ and closed_at is null
$$;

create function session.failed(account_ uuid, now_ timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into session.failure as f (account, since, count)
    values (coalesce(account_, '00000000-0000-0000-0000-000000000000'), now_, 1)
    on conflict (account) do update
    set since = case when f.since > now_ - interval '15 minutes' then f.since else now_ end,
        count = case when f.since > now_ - interval '15 minutes' then f.count + 1 else 1 end
$$;

revoke execute on all functions in schema session from public;

-- How values stand on the wire.
create function wire_time(at timestamptz) returns text language sql immutable parallel safe as $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
create function wire_hundredths(amount bigint) returns numeric language sql immutable parallel safe as $$
    select trim_scale(amount / 100.0)
$$;
