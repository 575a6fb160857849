-- What members see of their own sheets; the end of a session by its refresh token.  SPDX-License-Identifier: Apache-2.0

-- What a release rule (enum release_rule) shows at a time: the mark; the sheet question by question, with its keys.
create function released(release smallint, closes_at timestamptz, at timestamptz, out mark boolean, out keys boolean)
language sql immutable parallel safe as $$
    select release in (1, 2) or (release = 0 and at >= closes_at), release = 2 or (release in (0, 1) and at >= closes_at)
$$;

-- The questions that an attempt drew, in order; its sheet's marks leave out those that were not answered.
create function questions_drawn(packed bytea, out place integer, out question integer) returns setof record
language sql immutable parallel safe as $$
    select n + 1, get_byte(packed, 2 * n) << 8 | get_byte(packed, 2 * n + 1) from generate_series(0, length(packed) / 2 - 1) n
$$;

-- A question as an attempt drew it, {question, options, rights}, as its start's outcome tells; null once that is gone.
create function drawn_question(attempt uuid, question integer) returns json language sql stable as $$
    select d.drawn
    from (select i.outcome::json as outcome from flow.inbox i
          where i.message_id = attempt and i.worker = 'grading' and i.outcome is not null) o
    cross join lateral json_array_elements(o.outcome -> 'questions') d (drawn)
    where (d.drawn ->> 'question')::integer = question
$$;

-- Texts with their numbers, [{option, text}], in the order of `numbers`; in their own where there is none.
create function options_shown(texts jsonb, numbers json) returns json language sql immutable parallel safe as $$
    select coalesce(json_agg(json_build_object('option', n.number, 'text', texts ->> (n.number - 1)) order by n.place), '[]')
    from (select number::integer, place
          from json_array_elements_text(case when json_array_length(coalesce(numbers, '[]')) > 0 then numbers
                                             else (select json_agg(g) from generate_series(1, jsonb_array_length(texts)) g) end)
              with ordinality as t (number, place)) n
$$;

-- The answer that counted: of all writes, saved or handed in, the one with the greatest (writer, seq); null without any.
create function counted_answer(attempt_ uuid, hand_in text, question_ integer) returns json language sql stable as $$
    select w.answer
    from (select a.writer, a.seq, a.answer::json as answer
          from answer a where a.attempt = attempt_ and a.question = question_
          union all
          select (hand_in::json ->> 'writer')::integer, (h ->> 'seq')::integer, h -> 'answer'
          from json_array_elements(hand_in::json -> 'answers') h where (h ->> 'question')::integer = question_) w
    order by w.writer desc, w.seq desc limit 1
$$;

-- A question's key as a version of the examination's keys has it.
create function key_at(exam_ uuid, number_ integer, version_ integer) returns json language sql stable as $$
    select k.key::json from paper_key k where k.exam = exam_ and k.number = number_ and k.version <= version_
    order by k.version desc limit 1
$$;

drop function session.close(uuid, timestamptz);
-- The end of the session that a refresh token belongs to, spent or not; a token that nobody has ends nothing.
create function session.close(digest_ bytea, now_ timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update session.session s set closed_at = now_
    from session.refresh r where r.digest = digest_ and s.id = r.session and s.closed_at is null
$$;
revoke execute on function session.close(bytea, timestamptz) from public;
