-- Marks of sheets packed instead of in JSON; no statistics where nothing plans by them.  SPDX-License-Identifier: Apache-2.0
-- Each question's mark is an integer of four bytes, big-endian: its number above 20 bits of hundredths.
create function sheet_marks(packed bytea, out question integer, out mark integer) returns setof record
language sql immutable parallel safe as $$
    select integer_at(packed, n) >> 20, integer_at(packed, n) & 1048575 from generate_series(0, length(packed) / 4 - 1) n
$$;

create function marks_packed(marks text) returns bytea language sql immutable as $$
    select coalesce(string_agg(int4send((pair ->> 0)::integer << 20 | (pair ->> 1)::integer), ''::bytea order by place), '')
    from json_array_elements(marks::json) with ordinality as m (pair, place)
$$;
alter table sheet alter marks type bytea using marks_packed(marks);
alter table sheet_history alter marks type bytea using marks_packed(marks);
drop function marks_packed;

-- Rows that are only looked up by their key, and columns that nothing searches: gathering statistics of them cost as much as
-- writing a tenth of them. What the front searches by keeps its own; of the inbox only that ids all differ must be known.
alter table sheet
    alter attempt set statistics 0, alter ended set statistics 0, alter ended_at set statistics 0,
    alter command set statistics 0, alter hand_in set statistics 0, alter revision set statistics 0,
    alter mark set statistics 0, alter full_mark set statistics 0, alter marks set statistics 0,
    alter graded_at set statistics 0;
alter table points_ledger
    alter id set statistics 0, alter rule_version set statistics 0, alter revision set statistics 0,
    alter earned set statistics 0, alter counted set statistics 0, alter message set statistics 0;
alter table points_tally
    alter points set statistics 0, alter version set statistics 0, alter first set statistics 0,
    alter months set statistics 0;
alter table flow.inbox
    alter message_id set statistics 10, alter accepted_at set statistics 0, alter worker set statistics 0,
    alter status set statistics 0, alter digest set statistics 0, alter outcome set statistics 0;
alter table flow.timer
    alter key set statistics 0, alter kind set statistics 0, alter generation set statistics 0,
    alter due set statistics 0, alter packed set statistics 0;
