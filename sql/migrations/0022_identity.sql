-- Who somebody is: devices, first passwords to be changed, what ends with a session.  SPDX-License-Identifier: Apache-2.0
alter table credential add column must_change boolean not null default false;

create table credential_reset (
    command   uuid primary key,
    account   uuid not null references account,
    actor     uuid not null references account,
    reason    text not null,
    reset_at  timestamptz not null
);
create index credential_reset_account on credential_reset (account, reset_at);

-- A device is known by a secret that says its id and whose it is, which the front can check alone; only the id is kept.
create table session.device (
    id          uuid primary key,
    account     uuid not null references account,
    name        text not null,
    label       text,
    first_seen  timestamptz not null,
    last_seen   timestamptz not null,
    closed_at   timestamptz
);
create index device_account on session.device (account, last_seen desc) where closed_at is null;
alter table session.session add column device uuid references session.device;
create index session_device on session.session (device) where closed_at is null;
drop index session.session_account;
create index session_account on session.session (account) where closed_at is null;

-- Guessing is slowed by the front's memory: a count that shuts an account out would let anybody shut it out.
drop function session.find(text, timestamptz);
drop function session.failed(uuid, timestamptz);
drop table session.failure;

-- A second factor: a secret, sealed, that counts once a code of it was given; each step of thirty seconds serves once.
create table second_factor (
    account       uuid primary key references account,
    secret        text not null,
    offered_at    timestamptz not null,
    confirmed_at  timestamptz,
    last_step     bigint not null default 0
);
create table recovery_code (
    account  uuid not null references account,
    digest   bytea not null,
    used_at  timestamptz,
    primary key (account, digest)
);
create table factor_removal (
    command     uuid primary key,
    account     uuid not null references account,
    actor       uuid not null references account,
    reason      text not null,
    removed_at  timestamptz not null
);

create function session.has_factor(account_ uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select from public.second_factor f where f.account = account_ and f.confirmed_at is not null)
$$;

create function session.find(login_ text)
returns table (account uuid, phc text, active boolean, must_change boolean, factor boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.id, c.phc, a.active, c.must_change, session.has_factor(a.id)
    from public.account a join public.credential c on c.account = a.id
    where a.login = login_
$$;

create function session.own(account_ uuid) returns table (phc text, factor boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.phc, session.has_factor(a.id) from public.account a join public.credential c on c.account = a.id
    where a.id = account_ and a.active
$$;

-- A new session on a device: the one named, where it is the account's and not closed, else the spare id becomes one.
drop function session.open(uuid, uuid, bytea, timestamptz, timestamptz);
create function session.open(account_ uuid, session_ uuid, digest_ bytea, now_ timestamptz, expires_ timestamptz,
                             device_ uuid, spare_ uuid, name_ text, label_ text) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    used_ uuid;
begin
    update session.device d set last_seen = now_, name = name_, label = coalesce(label_, d.label)
    where d.id = device_ and d.account = account_ and d.closed_at is null
    returning d.id into used_;
    if used_ is null then
        insert into session.device (id, account, name, label, first_seen, last_seen)
        values (spare_, account_, name_, label_, now_, now_);
        used_ := spare_;
    end if;
    insert into session.session (id, account, opened_at, device) values (session_, account_, now_, used_);
    insert into session.refresh (digest, session, issued_at, expires_at) values (digest_, session_, now_, expires_);
    return used_;
end $$;

-- No row: the token is unknown or expired. `ended`: it was spent before, which ended its session just now.
drop function session.rotate(bytea, bytea, timestamptz, timestamptz);
create function session.rotate(digest_ bytea, next_ bytea, now_ timestamptz, expires_ timestamptz)
returns table (account uuid, session uuid, ended boolean, must_change boolean, factor boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_ record;
begin
    select r.session as id, r.expires_at, r.used_at, s.account, s.closed_at, s.device, a.active, a.sessions_from, s.opened_at,
        c.must_change
    into found_
    from session.refresh r
    join session.session s on s.id = r.session
    join public.account a on a.id = s.account
    join public.credential c on c.account = a.id
    where r.digest = digest_
    for update of r, s;
    if not found or found_.closed_at is not null or found_.expires_at <= now_ or not found_.active
        or found_.opened_at < found_.sessions_from then
        return;
    end if;
    account := found_.account;
    session := found_.id;
    must_change := found_.must_change;
    factor := session.has_factor(found_.account);
    ended := found_.used_at is not null;
    if ended then
        update session.session set closed_at = now_, reused = true where id = found_.id;
    else
        update session.refresh set used_at = now_ where digest = digest_;
        insert into session.refresh (digest, session, issued_at, expires_at) values (next_, found_.id, now_, expires_);
        update session.device set last_seen = now_ where id = found_.device;
    end if;
    return next;
end $$;

-- The session of a refresh token, spent or not, where this call ended it.
drop function session.close(bytea, timestamptz);
create function session.close(digest_ bytea, now_ timestamptz) returns setof uuid
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update session.session s set closed_at = now_
    from session.refresh r where r.digest = digest_ and s.id = r.session and s.closed_at is null
    returning s.id
$$;

-- All sessions of an account, or of one of its devices; told are those with an access token that may still run.
create function session.close_all(account_ uuid, device_ uuid, now_ timestamptz, since_ timestamptz) returns setof uuid
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with closed as (
        update session.session s set closed_at = now_
        where s.account = account_ and (device_ is null or s.device = device_) and s.closed_at is null
        returning s.id
    )
    select c.id from closed c
    where exists (select from session.refresh r where r.session = c.id and r.issued_at >= since_)
$$;

-- Whether it was one of the account's devices, open until now.
create function session.device_close(account_ uuid, device_ uuid, now_ timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with closed as (
        update session.device set closed_at = now_ where id = device_ and account = account_ and closed_at is null returning id
    )
    select exists (select from closed)
$$;

create function session.change(account_ uuid, phc_ text, now_ timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update public.credential set phc = phc_, must_change = false, changed_at = now_ where account = account_
$$;

create function session.factor_offer(account_ uuid, secret_ text, now_ timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with offered as (
        insert into public.second_factor as f (account, secret, offered_at) values (account_, secret_, now_)
        on conflict (account) do update set secret = secret_, offered_at = now_, last_step = 0 where f.confirmed_at is null
        returning f.account
    )
    select exists (select from offered)
$$;

create function session.factor_show(account_ uuid)
returns table (secret text, confirmed boolean, active boolean, must_change boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.secret, f.confirmed_at is not null, a.active, c.must_change
    from public.second_factor f
    join public.account a on a.id = f.account
    join public.credential c on c.account = f.account
    where f.account = account_
$$;

create function session.factor_confirm(account_ uuid, step_ bigint, digests_ bytea[], now_ timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update public.second_factor set confirmed_at = now_, last_step = step_ where account = account_ and confirmed_at is null;
    if not found then
        return false;
    end if;
    delete from public.recovery_code where account = account_;
    insert into public.recovery_code (account, digest) select account_, d from unnest(digests_) d;
    return true;
end $$;

-- Whether the step, or the recovery code, was not used before; it is now.
create function session.factor_step(account_ uuid, step_ bigint) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with used as (
        update public.second_factor set last_step = step_
        where account = account_ and confirmed_at is not null and last_step < step_ returning account
    )
    select exists (select from used)
$$;
create function session.factor_recover(account_ uuid, digest_ bytea, now_ timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with used as (
        update public.recovery_code set used_at = now_
        where account = account_ and digest = digest_ and used_at is null returning account
    )
    select exists (select from used)
$$;

-- Who somebody is elsewhere: found by an index of the provider's own id, which is kept sealed; each is one person's, and each
-- person has one of a kind, while the binding lives.
create table identity_binding (
    id          uuid primary key,
    account     uuid not null references account,
    provider    smallint not null,              -- enum identity_provider
    subject     bytea not null,                 -- 128 bits of an HMAC
    sealed      text not null,
    bound_at    timestamptz not null,
    unbound_at  timestamptz
);
create unique index identity_subject on identity_binding (provider, subject) where unbound_at is null;
create unique index identity_account on identity_binding (account, provider) where unbound_at is null;

create function wire_identity_provider(provider smallint) returns text language sql immutable parallel safe as $$
    select (array['wechat_mini', 'wechat_official', 'dingtalk'])[provider + 1]
$$;

create function session.identity_find(provider_ smallint, subject_ bytea)
returns table (account uuid, login text, active boolean, must_change boolean, factor boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.id, a.login, a.active, c.must_change, session.has_factor(a.id)
    from public.identity_binding b
    join public.account a on a.id = b.account
    join public.credential c on c.account = a.id
    where b.provider = provider_ and b.subject = subject_ and b.unbound_at is null
$$;

create function session.identity_bind(id_ uuid, account_ uuid, provider_ smallint, subject_ bytea, sealed_ text,
                                      now_ timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with bound as (
        insert into public.identity_binding (id, account, provider, subject, sealed, bound_at)
        values (id_, account_, provider_, subject_, sealed_, now_)
        on conflict do nothing returning id
    )
    select exists (select from bound)
$$;

create function session.identity_close(account_ uuid, id_ uuid, now_ timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with unbound as (
        update public.identity_binding set unbound_at = now_
        where id = id_ and account = account_ and unbound_at is null returning id
    )
    select exists (select from unbound)
$$;

-- Programs of others: an account without a person, what its keys are good for, and the digests of its keys.
create table api_client (
    account       uuid primary key references account,
    name          text not null,
    scopes        text[] not null,
    organisation  uuid not null references organisation,
    version       bigint not null default 1,
    opened_at     timestamptz not null,
    opened_by     uuid not null references account,
    expires_at    timestamptz not null,
    closed_at     timestamptz
);
create table api_key (
    digest      bytea primary key,
    account     uuid not null references api_client,
    number      bigint not null,                -- the client's version that it came with: the order of rotations
    made_at     timestamptz not null,
    expires_at  timestamptz not null,
    ended       boolean not null default false, -- by a later rotation
    unique (account, number)
);

create function session.client_open(account_ uuid, login_ text, name_ text, organisation_ uuid, scopes_ text[],
                                    expires_ timestamptz, digest_ bytea, actor_ uuid, now_ timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into public.account (id, login, name, sessions_from) values (account_, login_, name_, now_);
    insert into public.account_grant (account, role, organisation, granted_at)
    values (account_, 'integration_client', organisation_, now_);
    insert into public.api_client (account, name, scopes, organisation, opened_at, opened_by, expires_at)
    values (account_, name_, scopes_, organisation_, now_, actor_, expires_);
    insert into public.api_key (digest, account, number, made_at, expires_at) values (digest_, account_, 1, now_, expires_)
$$;

-- A new key: the newest one before it is good for a day more, older ones no longer. False: no such client is open.
create function session.client_rotate(account_ uuid, digest_ bytea, now_ timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    client_ record;
    before_ bigint;
begin
    update public.api_client c set version = c.version + 1
    where c.account = account_ and c.closed_at is null and c.expires_at > now_
    returning c.version, c.expires_at into client_;
    if not found then
        return false;
    end if;
    select max(k.number) into before_ from public.api_key k where k.account = account_;
    update public.api_key k set ended = k.number < before_, expires_at = least(k.expires_at, now_ + interval '1 day')
    where k.account = account_ and not k.ended;
    insert into public.api_key (digest, account, number, made_at, expires_at)
    values (digest_, account_, client_.version, now_, client_.expires_at);
    return true;
end $$;

create function session.client_close(account_ uuid, now_ timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with closed as (
        update public.api_client set closed_at = now_, version = version + 1
        where account = account_ and closed_at is null returning account
    )
    select exists (select from closed)
$$;

-- The client as the front is to know it: the body of a record.
create function session.client_state(account_ uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select json_build_object('client', c.account, 'version', c.version, 'open', c.closed_at is null, 'scopes', c.scopes,
        'keys', (select coalesce(json_agg(json_build_object('digest', encode(k.digest, 'hex'),
                                                            'expires_at', public.wire_time(k.expires_at))
                                          order by k.number desc), '[]')
                 from public.api_key k where k.account = c.account and not k.ended))::text
    from public.api_client c where c.account = account_
$$;

-- What the front has to say of what it just did, in the same transaction: packed events for the relay, who is woken.
create function session.say(events_ integer, packed_ bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into flow.outbox (events, packed) values (events_, packed_);
    select pg_notify('outbox', '')
$$;

revoke execute on all functions in schema session from public;
