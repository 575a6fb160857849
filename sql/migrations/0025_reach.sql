-- Grants have terms and stay when they are over: who gave them, who ended them, and why.  SPDX-License-Identifier: Apache-2.0
alter table account_grant
    add id        uuid primary key default gen_random_uuid(),   -- the command that gave it, where one did
    add from_at   timestamptz,                                  -- null: since it was given
    add until_at  timestamptz,                                  -- null: until it is ended
    add given_by  uuid,
    add reason    text,
    add ended_at  timestamptz,
    add ended_by  uuid,
    add ended_why text,
    drop constraint account_grant_account_role_organisation_key, -- what is over may be given again
    add check (until_at > coalesce(from_at, granted_at)),
    add check (num_nulls(ended_at, ended_by, ended_why) in (0, 3));
create index account_grant_account on account_grant (account);
create index account_grant_organisation on account_grant (organisation);
