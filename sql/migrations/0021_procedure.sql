-- Packs of rules as adopted, calendars of working days, cases with their steps, deadlines and tasks.  SPDX-License-Identifier: Apache-2.0
create table procedure_pack (
    name           text not null,
    version        integer not null,
    level          smallint not null,            -- enum pack_level
    supplements    text,                         -- the national pack's name
    effective_from date not null,
    body           jsonb not null,               -- record procedure_pack
    adopted_at     timestamptz not null,
    adopted_by     uuid not null,
    primary key (name, version),
    check ((level = 1) = (supplements is not null))
);

create table working_calendar (
    year           smallint not null,
    version        integer not null,
    body           jsonb not null,               -- record working_calendar
    adopted_at     timestamptz not null,
    adopted_by     uuid not null,
    primary key (year, version)
);

-- A case keeps the version of its pack that it began under. Everything about how it stands follows from its steps; state, road
-- and deadlines are kept beside them to be listed.
create table case_file (
    id             uuid primary key,
    procedure      text not null,
    pack_version   integer not null,
    organisation   uuid not null references organisation,
    subject        uuid references account,
    state          text not null,
    ended          boolean not null,
    version        integer not null,
    opened_at      timestamptz not null,
    opened_by      uuid not null,
    moved_at       timestamptz not null,
    road           jsonb not null,               -- record case_road, as of moved_at
    foreign key (procedure, pack_version) references procedure_pack (name, version)
);
create index case_file_organisation on case_file (organisation, moved_at desc);
create index case_file_open on case_file (organisation) where not ended;
create index case_file_subject on case_file (subject) where subject is not null;
create index case_file_opened_by on case_file (opened_by);

create table case_step (
    matter         uuid not null references case_file,
    number         integer not null,
    command        uuid not null,                -- under whose id its private facts are sealed
    move           text not null,
    state          text not null,                -- the state it led to
    actor          uuid,                         -- null: a deadline ran out
    accepted_at    timestamptz not null,
    provisional    boolean not null,
    given          jsonb not null,               -- record case_given
    primary key (matter, number)
);

-- Deadlines that run.
create table case_deadline (
    matter         uuid not null references case_file,
    deadline       text not null,
    generation     integer not null,             -- the step that started it
    due_on         date not null,
    provisional    boolean not null,
    overdue_at     timestamptz,                  -- when its timer came
    primary key (matter, deadline)
);
create index case_deadline_due on case_deadline (due_on);

-- Who is asked for which step: a role in the case's organisation or above it, or one account.
create table case_task (
    matter         uuid not null references case_file,
    move           text not null,
    role           text,
    place          smallint not null,            -- enum mover_place
    due_on         date
);
create index case_task_matter on case_task (matter);

-- The organisation and those above it, with how far above.
create function organisations_above(bottom uuid, out id uuid, out distance integer) returns setof record
language sql stable as $$
    with recursive above (id, distance) as (
        select bottom, 0
        union all
        select o.parent, a.distance + 1 from above a join organisation o on o.id = a.id where o.parent is not null
    )
    select id, distance from above
$$;

-- Whether an organisation may approve what asks for authority: a committee that stands directly below the county's, or that one.
create function organisation_approves(organisation_ uuid) returns boolean language sql stable as $$
    select o.kind in (0, 1, 2) and (o.parent is null or p.parent is null)
    from organisation o left join organisation p on p.id = o.parent where o.id = organisation_
$$;

-- Where an account's roles stand to an organisation.
create function offices_at(account_ uuid, organisation_ uuid, out role text, out own boolean, out superior boolean,
                           out authority boolean) returns setof record language sql stable as $$
    select g.role, bool_or(a.distance = 0), bool_or(a.distance > 0 or g.organisation is null),
        bool_or(a.distance > 0 and organisation_approves(a.id))
    from account_grant g left join organisations_above(organisation_) a on a.id = g.organisation
    where g.account = account_ and (a.id is not null or g.organisation is null)
    group by g.role
$$;

-- Organisations whose cases an account may see by its roles: a member's role shows nobody else's.
create function case_organisations(account_ uuid) returns setof uuid language sql stable as $$
    select distinct b.id
    from account_grant g
    join organisation o on o.id = g.organisation or (g.organisation is null and o.parent is null)
    cross join lateral organisations_below(o.id) b
    where g.account = account_ and g.role in ('branch_officer', 'committee_administrator', 'county_administrator',
                                              'security_administrator', 'audit_administrator')
$$;

-- A road as it is on a day: what time alone opened or closed since it was made.
create function road_on(road jsonb, today date) returns jsonb language sql immutable parallel safe as $$
    select road || jsonb_build_object(
        'next', coalesce((
            select jsonb_agg(n.step || jsonb_build_object('reasons', r.reasons, 'open', r.reasons = '[]'::jsonb
                    and coalesce((n.step ->> 'closes_on')::date >= today, true)) order by n.place)
            from jsonb_array_elements(road -> 'next') with ordinality as n (step, place)
            cross join lateral (
                select coalesce(jsonb_agg(e.reason order by e.place), '[]') as reasons
                from jsonb_array_elements(n.step -> 'reasons') with ordinality as e (reason, place)
                where coalesce((e.reason ->> 'opens_on')::date > today, true)
            ) r), '[]'),
        'deadlines', coalesce((
            select jsonb_agg(d.deadline || jsonb_build_object('overdue', (d.deadline ->> 'due_on')::date < today) order by d.place)
            from jsonb_array_elements(road -> 'deadlines') with ordinality as d (deadline, place)), '[]'))
$$;

-- The versions under which a case opened on that day begins: of a national name its newest local supplement in force, else its
-- own newest.
create function pack_in_force(name_ text, today date, out name text, out version integer) returns record
language sql stable as $$
    select p.name, p.version from procedure_pack p
    where (p.name = name_ or p.supplements = name_) and p.effective_from <= today
    order by p.level desc, p.effective_from desc, p.version desc limit 1
$$;
