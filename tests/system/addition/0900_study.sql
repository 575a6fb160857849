-- Reading plans.  SPDX-License-Identifier: Apache-2.0
create table study_plan (
    id            uuid primary key,
    organisation  uuid not null references organisation,
    items         integer not null,
    due_at        timestamptz not null,
    fell_due      integer not null default 0
);
