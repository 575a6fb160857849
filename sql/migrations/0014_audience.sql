-- Who sits an examination.  SPDX-License-Identifier: Apache-2.0
alter table exam add audience uuid[] not null default '{}'; -- organisations of its own and below it; none: all of its own

-- The tops of the subtrees that sit an examination.
create function exam_tops(organisation uuid, audience uuid[]) returns uuid[] language sql immutable parallel safe as $$
    select case when audience = '{}' then array[organisation] else audience end
$$;

-- The organisations whose members sit an examination, each once: the only definition of it.
create function exam_seats(exam_ uuid) returns setof uuid language sql stable as $$
    with recursive seated (id) as (
        select unnest(exam_tops(e.organisation, e.audience)) from exam e where e.id = exam_
        union
        select o.id from seated s join organisation o on o.parent = s.id
    )
    select id from seated
$$;
