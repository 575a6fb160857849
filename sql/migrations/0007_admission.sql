-- Late hand-ins admitted by two persons.  SPDX-License-Identifier: Apache-2.0
create table admission (
    hand_in       uuid primary key references refused_hand_in,
    proposal      uuid not null,                -- the command that proposed it
    proposed_by   uuid not null,
    reason        text not null,
    proposed_at   timestamptz not null,
    confirmation  uuid,                         -- the command that confirmed it
    confirmed_by  uuid,
    confirmed_why text,
    confirmed_at  timestamptz,
    check (confirmed_by <> proposed_by),
    check (num_nulls(confirmation, confirmed_by, confirmed_why, confirmed_at) in (0, 4))
);
create index refused_hand_in_attempt on refused_hand_in (attempt);
