-- What a member sees of his own: the release rule, a sheet question by question; the end of a session by its token.  SPDX-License-Identifier: Apache-2.0
-- What an examination's release rule shows at a time: marks, and whole sheets with keys and explanations. The one place that says so.
create function release_shows(release smallint, closes_at timestamptz, at timestamptz, out marks boolean, out keys boolean)
language sql immutable parallel safe as $$
    select release in (1, 2) or (release = 0 and at >= closes_at), release = 2 or (release in (0, 1) and at >= closes_at)
$$;

-- The questions of an attempt as it keeps them: two bytes each, big-endian, in order.
create function questions_packed(packed bytea, out place integer, out question integer) returns setof record
language sql immutable parallel safe as $$
    select n + 1, get_byte(packed, 2 * n) * 256 + get_byte(packed, 2 * n + 1) from generate_series(0, length(packed) / 2 - 1) n
$$;

-- The questions of an attempt in their order, with the numbers of options (or left entries) and right entries in the order in
-- which its member saw them: as its start's outcome says, or, where the inbox no longer holds that, in the paper's order.
create function attempt_questions(attempt_ uuid, out place integer, out question integer, out options json, out rights json)
returns setof record language sql stable parallel safe as $$
    with started as materialized (
        select i.outcome::json -> 'questions' as drawn from flow.inbox i
        where i.message_id = attempt_ and i.outcome like '%"questions"%' limit 1
    )
    select d.place::integer, (d.drawn ->> 'question')::integer, d.drawn -> 'options', d.drawn -> 'rights'
    from started s cross join lateral json_array_elements(s.drawn) with ordinality as d (drawn, place)
    union all
    select d.place, d.question, null, null
    from attempt a cross join lateral questions_packed(a.questions) d
    where a.id = attempt_ and not exists (select from started)
$$;

-- The answers of a sheet that counted: per question the greatest (writer, seq) of what was saved and what the hand-in lists.
create function sheet_answers(attempt_ uuid, hand_in text, out question integer, out answer json)
returns setof record language sql stable parallel safe as $$
    select distinct on (w.question) w.question, w.answer
    from (
        select s.question::integer, s.writer::numeric, s.seq::numeric, s.answer::json, 1 as saved
        from answer s where s.attempt = attempt_
        union all
        select (l ->> 'question')::numeric::integer, (hand_in::json ->> 'writer')::numeric, (l ->> 'seq')::numeric, l -> 'answer', 0
        from json_array_elements(hand_in::json -> 'answers') l
    ) w (question, writer, seq, answer, saved)
    order by w.question, w.writer desc, w.seq desc, w.saved desc
$$;

-- Texts by their numbers from 1 (a JSON array of texts), those of the numbers given in their order, or all.
create function shown_options(texts jsonb, numbers json) returns json language sql immutable parallel safe as $$
    select coalesce(json_agg(json_build_object('option', n.number, 'text', texts ->> (n.number - 1)) order by n.place), '[]')
    from (
        select number::integer, place from json_array_elements_text(numbers) with ordinality as listed (number, place)
        union all
        select place::integer, place from jsonb_array_elements(texts) with ordinality as every (text, place)
        where numbers is null
    ) n
    where texts ->> (n.number - 1) is not null
$$;

-- Ends the session that a refresh token belongs to, spent or not; an unknown token ends nothing.
drop function session.close(uuid, timestamptz);
create function session.close(digest_ bytea, now_ timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update session.session s set closed_at = now_
    from session.refresh r where r.digest = digest_ and s.id = r.session and s.closed_at is null
$$;
revoke execute on function session.close(bytea, timestamptz) from public;
