-- What several statements ask alike: a subtree in its order, who sits an examination, how it stands, questions as they stand.  SPDX-License-Identifier: Apache-2.0
-- An organisation and all below it: the one directly below it that each is in, or itself, and its place, which sorts as the tree
-- does: a parent before its children, siblings by ordinal. The only definition of that order.
create function organisations_below(top uuid, out id uuid, out root uuid, out place bytea) returns setof record
language sql stable as $$
    with recursive below (id, root, place) as (
        select top, top, ''::bytea
        union all
        select o.id, case when b.id = top then o.id else b.root end, b.place || int4send(o.ordinal) || uuid_send(o.id)
        from below b join organisation o on o.parent = b.id
    )
    select id, root, place from below
$$;

-- Members who sit an examination, of an organisation and those below it, or of all of the examination's; with what
-- organisations_below says of their organisation.
create function exam_members(exam_ uuid, top uuid, out member uuid, out login text, out organisation uuid, out root uuid,
                             out place bytea) returns setof record language sql stable as $$
    select a.id, a.login, b.id, b.root, b.place
    from exam e cross join lateral organisations_below(coalesce(top, e.organisation)) b
    join exam_seats(exam_) s on s = b.id
    join account a on a.organisation = b.id and a.active
    join member m on m.account = a.id
    where e.id = exam_
$$;

-- How an examination stands at a time, as its state is counted in filters, and the state's name.
create function exam_standing(published boolean, opens_at timestamptz, closes_at timestamptz, at timestamptz) returns smallint
language sql immutable parallel safe as $$
    select case when not published then 0 when at < opens_at then 1 when at < closes_at then 2 else 3 end::smallint
$$;
create function wire_exam_state(standing smallint) returns text language sql immutable parallel safe as $$
    select (array['draft', 'coming', 'open', 'closed'])[standing + 1]
$$;

-- Each question of a bank in the version that it stands at, and whether it is retired.
create view question_current as
select q.*, coalesce(r.retired, false) as retired
from (select distinct on (bank, number) * from question order by bank, number, version desc) q
left join question_retirement r on r.bank = q.bank and r.number = q.number;
