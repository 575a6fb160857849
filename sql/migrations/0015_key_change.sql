-- Whom a proposed key changes, all of them, as found when it was proposed.  SPDX-License-Identifier: Apache-2.0
alter table key_proposal
    add sheets integer not null default 0,      -- that held the question
    add changed integer not null default 0;     -- of these, whose mark it changes

-- Written before its proposal, in the same transaction.
create table key_change (
    proposal  uuid not null references key_proposal deferrable initially deferred,
    member    uuid not null,
    number    smallint not null,                -- of the attempt
    before    integer not null,                 -- hundredths
    after     integer not null,
    primary key (proposal, member, number)
);
