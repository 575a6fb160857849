-- Rules of points, the ledger and its sums.  SPDX-License-Identifier: Apache-2.0
create table points_rule (
    rule            text not null,
    version         integer not null,
    title           text not null,
    effective_from  timestamptz not null,
    basis           smallint not null,          -- enum points_basis
    amount          integer not null,           -- hundredths
    daily_cap       integer not null,           -- hundredths
    legal_basis     text not null,
    command         uuid not null,
    primary key (rule, version)
);

-- Append-only. An entry is what a cause earned and what counted of it under the daily cap; a correction is another entry
-- of the same cause with the next revision, and what stands is the sum.
create table points_ledger (
    id           uuid primary key,
    member       uuid not null,
    rule         text not null,
    rule_version integer not null,
    cause        uuid not null,
    revision     integer not null,
    earned       integer not null,              -- hundredths, of this entry
    counted      integer not null,
    day          integer not null,              -- Asia/Shanghai, days since 1970-01-01
    occurred_at  timestamptz not null,
    message      uuid not null,                 -- the event that it follows from
    unique (member, rule, cause, revision)
);
create index points_ledger_day on points_ledger (member, rule, day);

create table points_sum (
    member   uuid not null,
    period   text not null,                     -- all, 2026, 2026Q4, 2026-11
    points   bigint not null,                   -- hundredths
    version  bigint not null,
    primary key (member, period)
);

create table board_setting (
    board        text primary key,
    version      bigint not null,
    open         boolean not null,
    names        boolean not null,
    legal_basis  text not null,
    command      uuid not null
);

create function points_ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'points_ledger is append-only: correct by another entry' using errcode = 'BT002';
end $$;
create trigger points_ledger_append_only before update or delete on points_ledger
    for each statement execute function points_ledger_is_append_only();

-- For an outsider.
create view exam_result (exam_id, member_id, attempt_no, score, command_id, graded_at) as
    select exam, member, number::integer, mark / 100.0, command, graded_at from sheet;
create view points_entry (entry_id, member_id, rule, points, cause, occurred_at) as
    select id, member, rule, counted / 100.0, cause, occurred_at from points_ledger;
create view points_total (member_id, points) as
    select member, points / 100.0 from points_sum where period = 'all';
