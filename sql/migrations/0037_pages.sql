-- The audit trail at very many entries: its pages by cursor, and an entry by fewer statements; a person's file without planning it anew.
-- SPDX-License-Identifier: Apache-2.0
drop index audit.entry_object, audit.entry_organisation, audit.entry_actor;
create index entry_whole on audit.entry (at, chain, number);
create index entry_organisation on audit.entry (organisation, at, chain, number) include (action);
create index entry_action on audit.entry (action, at, chain, number);
create index entry_object on audit.entry (object, at, chain, number);
create index entry_actor on audit.entry (actor, at, chain, number);
-- What a page begins behind: an entry by the first half of its hash, as an id. Written out wherever it stands: a function of ours would
-- be put in its place for its owner and not for the front's role, and the two would not be known for the same.
create index entry_named on audit.entry using hash ((encode(substr(hash, 1, 16), 'hex')::uuid));

-- A page of the trail of an organisation and those below it, newest first; over the county's top also of what concerns no organisation.
-- As people_page: the owner's, held against the caller's reach once, put together of what was asked, counted up to the ceiling; no row
-- where `after_` is none of these. Whoever is allowed the whole county passes through the whole order, others through each
-- organisation's.
create function audit.page(top uuid, actor_ uuid, object_ uuid, action_ text, from_ timestamptz, until_ timestamptz, many bigint,
                           left_out bigint, after_ uuid)
returns table (chains text[], numbers bigint[], total bigint, next uuid, more boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    here uuid[] := organisations_reached(top);
    whole boolean := reach_whole() and exists (select from organisation o where o.id = top and o.parent is null);
    wanted text := case when actor_ is null then '' else ' and e.actor = $2' end
        || case when object_ is null then '' else ' and e.object = $3' end
        || case when action_ is null then '' else ' and e.action = $4' end
        || case when from_ is null then '' else ' and e.at >= $5' end
        || case when until_ is null then '' else ' and e.at < $6' end;
    behind text := case when after_ is null then '' else ' and (e.at, e.chain, e.number) < ($7, $8, $9)' end;
    place record;
    source text;
begin
    select e.at, e.chain, e.number into place
    from audit.entry e where encode(substr(e.hash, 1, 16), 'hex')::uuid = after_ and (whole or e.organisation = any (here));
    if after_ is not null and place is null then
        return;
    end if;
    source := case when whole then ' from audit.entry e where true'
        else ' from unnest($1) o (id) cross join lateral (select e.* from audit.entry e where e.organisation = o.id' end;
    execute 'select coalesce(array_agg(chain order by nth), ''{}''), coalesce(array_agg(number order by nth), ''{}'') from (select e.chain, e.number,'
        || ' row_number() over (order by e.at desc, e.chain desc, e.number desc) as nth' || source || wanted || behind
        || case when whole then '' else ' order by e.at desc, e.chain desc, e.number desc limit $10 + $11) e' end
        || ' order by e.at desc, e.chain desc, e.number desc limit $10 offset $11) f' into chains, numbers
    using here, actor_, object_, action_, from_, until_, place.at, place.chain, place.number, many + 1, left_out;
    if cardinality(numbers) > many then
        chains := chains[:many];
        numbers := numbers[:many];
        select encode(substr(e.hash, 1, 16), 'hex')::uuid into next from audit.entry e where e.chain = chains[many] and e.number = numbers[many];
    end if;
    if after_ is null and next is null and (left_out = 0 or cardinality(numbers) > 0) then
        total := left_out + cardinality(numbers);
    else
        execute 'select count(*) from (select' || source || wanted || case when whole then '' else ' limit $7) e' end || ' limit $7) f'
        into total using here, actor_, object_, action_, from_, until_, list_ceiling() + 1;
    end if;
    more := total > list_ceiling();
    total := least(total, list_ceiling());
    return next;
end $$;
revoke execute on function audit.page(uuid, uuid, uuid, text, timestamptz, timestamptz, bigint, bigint, uuid) from public;

-- Adds an entry to a chain and says its new head. The head's row is locked by its change until the transaction ends.
create or replace function audit.append(chain_ text, at_ timestamptz, actor_ uuid, action_ text, object_ uuid, organisation_ uuid,
                                        field_ text, reason_ text, digest_ bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    entry_ audit.entry := row(chain_, 0, date_trunc('milliseconds', at_), actor_, action_, object_, organisation_, field_, reason_,
                              digest_, '\x');
begin
    loop
        update audit.head h set number = h.number + 1,
            hash = sha256(h.hash || audit.canonical(row(chain_, h.number + 1, entry_.at, actor_, action_, object_, organisation_, field_,
                                                        reason_, digest_, '\x')::audit.entry))
        where h.chain = chain_ returning h.number, h.hash into entry_.number, entry_.hash;
        exit when found;
        insert into audit.head (chain, number, hash) values (chain_, 0, '\x') on conflict do nothing;
    end loop;
    insert into audit.entry select entry_.*;
    insert into flow.outbox (events, packed) values (1, audit.packed_head(entry_));
    perform pg_notify('outbox', '');
end $$;

-- What hangs on a person, as somebody sees it who sees these fields plain and those masked. Of whoever is named, as people_besides:
-- whom somebody may name, the table of people says, and its lock is not asked again at each thing; under the policies of six tables the
-- plan took nine times as long as what it does.
create function person_holds(person_ uuid, plain text[], masked text[], out login text, out roles json, out roles_before json,
                             out facts json, out contested bigint, out entries json, out entries_withdrawn json)
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
    select a.login into login from account a where a.id = person_;
    select coalesce(json_agg(role_shown(r) order by r.role) filter (where r.until is null), '[]'),
        coalesce(json_agg(role_shown(r) order by r.ended_at desc, r.id) filter (where r.until is not null), '[]')
    into roles, roles_before
    from (select * from person_role r where r.person = person_ order by r.until is not null, r.ended_at desc, r.id limit 200) r;
    select coalesce(json_agg(fact_shown(f, plain, masked) order by f.field) filter (where f.state = 0), '[]'),
        count(*) filter (where f.state = 2)
    into facts, contested
    from person_fact f where f.person = person_ and f.state in (0, 2) and f.field = any (plain || masked);
    select coalesce(json_agg(entry_shown(e) order by e.kind, e.since desc, e.recorded_at) filter (where e.withdrawn_at is null), '[]'),
        coalesce(json_agg(entry_shown(e) order by e.withdrawn_at desc, e.id) filter (where e.withdrawn_at is not null), '[]')
    into entries, entries_withdrawn
    from (select * from person_entry n where n.person = person_
          order by n.withdrawn_at is not null, n.withdrawn_at desc, n.recorded_at limit 500) e;
end $$;
revoke execute on function person_holds(uuid, text[], text[]) from public;
