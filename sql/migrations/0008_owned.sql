-- Banks and examinations that stood before the front knew whose they are: told to it once, by the state "owned" on the
-- topic of the tree, in the outbox's packed form (sql/outbox.h, topics/envelope.c).  SPDX-License-Identifier: Apache-2.0
do $$
declare
    thing record;
    value bytea;
    headers bytea;
begin
    for thing in select id, organisation, created_at from bank union all select id, organisation, created_at from exam loop
        value := convert_to(format('{"object":"%s","version":1,"organisation":"%s"}', thing.id, thing.organisation), 'UTF8');
        headers := convert_to('E', 'UTF8') || int2send(1::int2) || '\x00' || uuid_send(gen_random_uuid()) ||
            decode(repeat('00', 16), 'hex') || uuid_send(thing.id) || substr(sha256(value), 1, 16) ||
            uuid_send(gen_random_uuid()) || substr(uuid_send(gen_random_uuid()), 1, 8) || '\x00' ||
            int8send((extract(epoch from thing.created_at) * 1000)::bigint) ||
            int2send(5::int2) || convert_to('owned', 'UTF8') || int2send(9::int2) || convert_to('migration', 'UTF8') ||
            int2send(0::int2);
        insert into flow.outbox (events, packed) values (1,
            int2send(5::int2) || convert_to('tree', 'UTF8') || '\x00' ||
            int2send(36::int2) || convert_to(thing.id::text, 'UTF8') ||
            int2send(length(headers)::int2) || headers || int4send(length(value)) || value);
    end loop;
end $$;
