-- Organisations, accounts, members, grants.  SPDX-License-Identifier: Apache-2.0
create table organisation (
    id          uuid primary key,
    parent      uuid references organisation,
    kind        smallint not null,              -- enum organisation_kind
    name        text not null unique,
    short_name  text not null,
    ordinal     integer not null,
    version     bigint not null default 1,
    created_at  timestamptz not null
);
create index organisation_parent on organisation (parent, ordinal);
-- One county: a single organisation has none above it.
create unique index organisation_root on organisation ((true)) where parent is null;

create table account (
    id            uuid primary key,
    login         text not null unique,
    name          text not null,
    organisation  uuid references organisation,
    active        boolean not null default true,
    version       bigint not null default 1,
    sessions_from timestamptz not null
);
create index account_organisation on account (organisation);

create table member (
    account      uuid primary key references account,
    ethnicity    text not null,
    birth_year   smallint not null,
    joined_year  smallint not null,
    enrolled_at  timestamptz not null
);

create table credential (
    account     uuid primary key references account,
    phc         text not null,                  -- argon2id, PHC string
    changed_at  timestamptz not null
);

create table account_grant (
    account       uuid not null references account,
    role          text not null,
    organisation  uuid references organisation, -- null only for the first administrator, before there is a county: the whole
    granted_at    timestamptz not null,
    unique nulls not distinct (account, role, organisation)
);
