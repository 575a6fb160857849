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

-- Texts as a preview shows them, [{option, text}]: in an order that the seed gives, or in their own; under their numbers, or
-- numbered anew as they stand, where their numbers would tell the key.
create function options_previewed(texts jsonb, seed text, moved boolean, anew boolean) returns json
language sql immutable parallel safe as $$
    select coalesce(json_agg(json_build_object('option', case when anew then o.rank else o.place end, 'text', o.text)
                             order by o.rank), '[]')
    from (select t.text, t.place, case when moved then row_number() over (order by md5(seed || ':' || t.place))
                                       else t.place end as rank
          from jsonb_array_elements_text(texts) with ordinality as t (text, place)) o
$$;
