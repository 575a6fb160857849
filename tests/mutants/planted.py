"""The planted faults: edits of the source, each of which takes one guard away.  SPDX-License-Identifier: Apache-2.0"""

PLANTED = {
    # A worker's transaction no longer asks where the position stands: a zombie can write.
    "no_claim": [("sql/migrations/0001_flow.sql", " and c.next_offset = expected[i];", ";")],
    # The position is on its way before the effects are.
    "position_first": [("consumers/worker.c", """cursor_claim(worker->connection, decider->plan->name, worker->cursors, claims) &&
""", """cursor_claim(worker->connection, decider->plan->name, worker->cursors, claims) &&
        transaction_commit(worker->connection) == COMMIT_DONE && transaction_begin(worker->connection, REPLAYABLE) &&
""")],
    # 202 as soon as librdkafka has the message in its queue.
    "accepted_early": [("http/command.c", """        loop_timer_set(flight->hall->loop, &flight->timer, config->produce_wait_ms, gave_up);
        return;
""", """        if (flight->wait_ms) {
            loop_timer_set(flight->hall->loop, &flight->timer, config->produce_wait_ms, gave_up);
        } else {
            flight->visit = NULL;
            answer_accepted(visit, flight->command);
        }
        return;
""")],
    # Nobody looks whether a message came before, and no unique key stands in the way.
    "no_inbox": [
        ("sql/queries/inbox_find.sql", "where message_id = a.message_id and worker = $1", "where false and worker = $1"),
        ("sql/migrations/0001_flow.sql", """    outcome text,
    primary key (message_id, worker)
);
""", """    outcome text
);
create index on flow.inbox (message_id, worker);
"""),
        ("consumers/decision.c", "    find_doubles(known, looked);\n", "    if (looked == SIZE_MAX)\n        find_doubles(known, looked);\n"),
    ],
    # Events leave before the commit that they follow from is on disk.
    "said_before_disk": [("producers/relay.c", "    if (!transaction_begin(connection, DURABLE))\n        return false;\n",
                          "    if (!transaction_begin(connection, REPLAYABLE))\n        return false;\n")],
    # The relay remembers how far it came instead of marking what it said.
    "high_water": [
        ("sql/queries/outbox_take.sql", "from flow.outbox order by", "from flow.outbox where sequence > (select turns from flow.relay) order by"),
        ("sql/queries/outbox_mark.sql", "delete from flow.outbox where sequence = any ($1::bigint[])",
         "with said as (delete from flow.outbox where sequence = any ($1::bigint[]) returning sequence)\n"
         "update flow.relay set turns = greatest(turns, (select max(sequence) from said))"),
        ("sql/queries/outbox_heartbeat.sql", "set turned_at = $1, turns = turns + 1", "set turned_at = $1"),
    ],
}
