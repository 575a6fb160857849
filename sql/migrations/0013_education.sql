-- Questions that are no longer drawn into new papers, or are again; organisations around one.  SPDX-License-Identifier: Apache-2.0
create table question_retirement (
    bank        uuid not null references bank,
    number      integer not null,              -- 题号 in the bank, all its versions
    retired     boolean not null,
    reason      text not null,
    changed_at  timestamptz not null,
    primary key (bank, number)
);

-- An organisation, those above and those below it: what its banks and examinations concern.
create function organisations_around(middle uuid) returns setof uuid language sql stable as $$
    with recursive above (id) as (
        select middle
        union all
        select o.parent from above a join organisation o on o.id = a.id where o.parent is not null
    ), below (id) as (
        select middle
        union all
        select o.id from below b join organisation o on o.parent = b.id
    )
    select id from above union select id from below
$$;
