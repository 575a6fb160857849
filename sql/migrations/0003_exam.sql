-- Question banks, examinations, attempts, answers, sheets.  SPDX-License-Identifier: Apache-2.0
create table bank (
    id            uuid primary key,
    organisation  uuid not null references organisation,
    name          text not null,
    created_at    timestamptz not null
);

-- A question's versions stand side by side; the greatest is the current one.
create table question (
    bank         uuid not null references bank,
    number       integer not null,              -- 题号 in the bank
    version      integer not null,
    kind         smallint not null,             -- enum question_kind
    title        text not null,                 -- what the author called it, may be empty
    topic        text not null,
    stem         text not null,
    options      jsonb not null,                -- texts, as listed; pairs: the left entries
    rights       jsonb not null,                -- pairs: the right entries, as listed
    key          text not null,                 -- JSON, record answer_key, by the options as listed
    explanation  text not null,
    source       text not null,
    imported_at  timestamptz not null,
    primary key (bank, number, version)
);
create index question_title on question (bank, title) where title <> '';

create table exam (
    id             uuid primary key,
    organisation   uuid not null references organisation,
    title          text not null,
    opens_at       timestamptz not null,
    closes_at      timestamptz not null,
    minutes        integer not null,
    grace_seconds  integer not null,
    attempts       integer not null,
    counted        smallint not null,           -- enum counted_attempt
    multiple       smallint not null,           -- enum multiple_mode
    penalty        integer not null,            -- hundredths
    release        smallint not null,           -- enum release_rule
    sections       jsonb not null,              -- [{bank, kind, topic?, draw, marks}], marks in hundredths
    published      boolean not null default false,
    version        bigint not null default 1,
    key_version    integer not null default 1,
    questions      integer not null default 0,
    drawn          integer not null default 0,
    full_mark      integer not null default 0,  -- hundredths
    created_at     timestamptz not null
);

-- A published paper: questions numbered from 1, options numbered anew so that no number tells the key. Never changed.
create table paper_question (
    exam          uuid not null references exam,
    number        smallint not null,
    section       smallint not null,            -- from 0
    bank          uuid not null,
    bank_number   integer not null,
    bank_version  integer not null,
    kind          smallint not null,
    topic         text not null,
    stem          text not null,
    options       jsonb not null,
    rights        jsonb not null,
    marks         integer not null,
    explanation   text not null,
    source        text not null,
    primary key (exam, number)
);

-- The keys of a paper, by version; the one in force has the greatest version not above exam.key_version.
create table paper_key (
    exam        uuid not null references exam,
    number      smallint not null,
    version     integer not null,
    key         text not null,                  -- JSON, record answer_key, by the paper's option numbers
    command     uuid not null,
    reason      text not null,
    primary key (exam, number, version)
);

create table key_proposal (
    id           uuid primary key,
    exam         uuid not null references exam,
    number       smallint not null,
    key          text not null,
    reason       text not null,
    proposed_by  uuid not null,
    proposed_at  timestamptz not null,
    adopted      integer                        -- the key version that it became
);

create table extra_time (
    exam        uuid not null references exam,
    member      uuid not null,
    minutes     integer not null,
    reason      text not null,
    command     uuid not null,
    primary key (exam, member)
);

create table attempt (
    id          uuid primary key,               -- its start command's id
    exam        uuid not null,
    member      uuid not null,
    number      smallint not null,
    seed        bigint not null,                -- of the draw
    questions   bytea not null,                 -- what was drawn: two bytes a question number, big-endian
    started_at  timestamptz not null,
    deadline    timestamptz not null,
    writers     integer not null,               -- how many starts so far
    due         integer not null,               -- generation of its timer
    unique (exam, member, number)
);

-- Every saved answer as it was written; per question the greatest (writer, seq) counts, the others are superseded.
create table answer (
    attempt      uuid not null,
    question     smallint not null,
    writer       integer not null,
    seq          integer not null,
    accepted_at  timestamptz not null,
    answer       text not null,                 -- JSON
    primary key (attempt, question, writer, seq)
);

-- An attempt that has ended, with the answers it was marked by and its present mark.
create table sheet (
    exam         uuid not null,
    member       uuid not null,
    number       smallint not null,
    attempt      uuid not null,
    ended        smallint not null,             -- enum hand_in
    ended_at     timestamptz not null,          -- time of acceptance, or the deadline
    command      uuid not null,                 -- the hand-in, or the timer's event
    hand_in      text compression lz4,          -- the hand-in's body as it came; null when closed by the deadline
    revision     integer not null,
    key_version  integer not null,
    mark         integer not null,              -- hundredths
    full_mark    integer not null,
    marks        text not null,                 -- JSON: [[question, hundredths]]
    graded_at    timestamptz not null,
    primary key (exam, member, number)
);

-- What a sheet's mark was before.
create table sheet_history (
    exam         uuid not null,
    member       uuid not null,
    number       smallint not null,
    revision     integer not null,
    key_version  integer not null,
    mark         integer not null,
    marks        text not null,
    graded_at    timestamptz not null,
    replaced_by  uuid not null,                 -- the command or event
    primary key (exam, member, number, revision)
);

-- Hand-ins that were refused, kept with their bytes.
create table refused_hand_in (
    command      uuid primary key,
    attempt      uuid not null,
    member       uuid not null,
    accepted_at  timestamptz not null,
    reason       text not null,
    body         bytea not null
);
