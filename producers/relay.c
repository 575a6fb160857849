/* The relay's cycle: mark what was kept, move due timers, take what may be said, commit to disk, say it.  SPDX-License-Identifier: Apache-2.0 */
#include "producers/relay.h"

#include <stdlib.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "sql/heartbeat.h"
#include "sql/outbox.h"
#include "sql/timers.h"
#include "sql/transaction.h"

/* How often the shifted clock and the end of the process are looked at while resting. */
#define RELAY_LOOK 200
/* How long rows that Kafka has are left unmarked when nothing else is to be done: what they cause mostly comes back
 * within this time, and one commit then serves both. */
#define RELAY_MARK 20
/* After a notification without a row to be taken: an older transaction may hide it, and need not notify when it ends.
 * Milliseconds until the next look, doubled up to relay_poll_ms. */
#define RELAY_DOUBT 10

/* An event on its way, and the row that it came from. */
struct passenger {
    struct writer_ticket ticket; /* first: a ticket reported is its passenger */
    size_t row;
};

struct relay {
    struct writer_port *port;
    struct sql_connection *connection; /* NULL: PostgreSQL is away */
    bool leads;
    struct rows *rows;            /* taken by the last cycle, NULL once they are marked */
    bool *kept;                   /* of those rows: Kafka has all its events; relay_batch of them */
    struct passenger *passengers; /* the events of those rows */
    size_t room;                  /* passengers there is memory for */
    size_t waiting;               /* reports still to come */
    bool away;                    /* Kafka did not keep one of them, or the writer could not take it now */
    bool woken;                   /* somebody notified, or it is time to look */
    int64_t due;                  /* when the first timer is, as far as known */
    int64_t looked;               /* clock_monotonic_us() of the last look at the outbox's age */
    int64_t heard;                /* the same, when Kafka had reported the rows of the last cycle */
    int64_t doubt;                /* milliseconds until a look for rows that were hidden; 0: none */
    int64_t pause;                /* after a failure, milliseconds */
    struct life_part *database, *kafka;
};

struct relay *relay_new(struct writer_port *port)
{
    struct relay *relay = memory_new(sizeof *relay);
    relay->port = port;
    relay->kept = memory_new_many((size_t)config->relay_batch, sizeof *relay->kept);
    relay->database = life_part("database");
    relay->kafka = life_part("kafka");
    life_part_set(relay->kafka, true); /* until it does not keep a row: with an empty outbox nobody asks it */
    return relay;
}

/* The next pause after a failure: it doubles up to 2 s. */
static int64_t pause_longer(struct relay *relay)
{
    relay->pause = relay->pause ? relay->pause * 2 : config->retry_ms;
    if (relay->pause > 2000)
        relay->pause = 2000;
    return relay->pause;
}

/* Closes a session that failed, and with it the relay's lock; rows already kept stay to be marked. */
static int64_t fail(struct relay *relay, const struct sql_failure *failure)
{
    LOG(relay_failed, log_text("code", failure->code), log_text("detail", failure->text));
    sql_close(relay->connection);
    relay->connection = NULL;
    relay->leads = false;
    metric_set(METRIC_relay_leader, 0);
    life_part_set(relay->database, false);
    return pause_longer(relay);
}

/* Connects and takes the lock that makes this process the relay. Returns 0, or the milliseconds to wait. */
static int64_t lead(struct relay *relay)
{
    struct sql_failure failure;
    if (!relay->connection && !sql_open(config->relay_database, "relay", &relay->connection, &failure))
        return fail(relay, &failure);
    life_part_set(relay->database, true);
    if (!outbox_hold(relay->connection, &relay->leads) || !sql_listen(relay->connection, "outbox") ||
        !sql_listen(relay->connection, "timer"))
        return fail(relay, sql_failure(relay->connection));
    if (!relay->leads) {
        LOG(relay_waits);
        return config->relay_poll_ms;
    }
    LOG(relay_leads);
    metric_set(METRIC_relay_leader, 1);
    relay->woken = true;
    relay->due = 0;
    return 0;
}

/* The transaction of a cycle. Everything in it is on disk, and everything that was committed before it, once
 * it returns true: only then may *ret_rows be said. */
static bool take(struct relay *relay, int64_t now, struct rows **ret_rows)
{
    struct sql_connection *connection = relay->connection;
    int64_t moved = 0;
    auto_rows *taken = NULL;
    if (!transaction_begin(connection, DURABLE))
        return false;
    if (relay->rows && !outbox_mark(connection, relay->rows, relay->kept))
        return false;
    if (now >= relay->due &&
        !timers_move(connection, now, (int32_t)config->relay_timers, &moved, &relay->due))
        return false;
    if (!outbox_heartbeat(connection, now) ||
        !outbox_take(connection, (int32_t)config->relay_batch, &taken) ||
        transaction_commit(connection) != COMMIT_DONE)
        return false;
    rows_free(relay->rows);
    relay->rows = NULL;
    relay->woken = moved > 0; /* what was moved is taken by the next cycle */
    if (moved == 0 && relay->due <= now)
        relay->due = now + RELAY_LOOK; /* a handler has its hand on it */
    *ret_rows = taken;
    taken = NULL;
    return true;
}

/* Takes the reports that came; waits for the first of them up to so many milliseconds. */
static void collect(struct relay *relay, int64_t milliseconds)
{
    for (struct writer_ticket *ticket = writer_port_wait(relay->port, milliseconds); ticket;
         ticket = ticket->next) {
        bool kept = ticket->verdict == WRITER_KEPT;
        relay->kept[((struct passenger *)ticket)->row] &= kept;
        relay->away |= !kept;
        relay->waiting--;
    }
}

/* Hands an event to the writer: false where it can take no more now. One that it will never take (too large,
 * alone in its row) keeps its row from being marked, and stops no other. */
static bool say_event(struct relay *relay, const struct outbox_row *event, size_t row)
{
    struct passenger *passenger = &relay->passengers[relay->waiting];
    struct outgoing outgoing = {
        .topic = event->topic, .key = event->key, .value = event->value, .packed = event->headers};
    struct problem problem;
    problem_none(&problem);
    passenger->row = row;
    if (writer_write(relay->port, &outgoing, &passenger->ticket, &problem)) {
        relay->waiting++;
        return true;
    }
    LOG(relay_failed, log_text("topic", outgoing.topic), log_text("detail", problem.detail));
    relay->kept[row] = false;
    return !problem.retriable;
}

/* Says a row's events in their order. */
static bool say_row(struct relay *relay, const struct rows *rows, size_t row)
{
    struct slice rest = row_text(rows, row, OUTBOX_PACKED);
    struct outbox_row event;
    relay->kept[row] = true;
    for (int64_t left = row_number(rows, row, OUTBOX_EVENTS); left > 0 && outbox_next(&rest, &event); left--)
        if (!say_event(relay, &event, row))
            return false;
    if (rest.length > 0) {
        LOG(relay_failed, log_number("sequence", row_number(rows, row, OUTBOX_SEQUENCE)),
            log_text("detail", "malformed"));
        relay->kept[row] = false;
    }
    return true;
}

/* Says the rows in their order; where the writer can take no more now, the rest stays. */
static void say(struct relay *relay, const struct rows *rows)
{
    size_t events = 0;
    for (size_t row = 0; row < rows_count(rows); row++)
        events += (size_t)row_number(rows, row, OUTBOX_EVENTS);
    if (events > relay->room) {
        free(relay->passengers);
        relay->passengers = memory_new_many(events, sizeof *relay->passengers);
        relay->room = events;
    }
    for (size_t row = 0; row < rows_count(rows) && !relay->away; row++)
        relay->away = !say_row(relay, rows, row);
}

/* Counts the events of the rows kept, by topic; how many rows that are. */
static size_t count_kept(const struct relay *relay, const struct rows *rows)
{
    size_t all = 0;
    for (size_t row = 0; row < rows_count(rows); row++) {
        struct slice rest = row_text(rows, row, OUTBOX_PACKED);
        struct outbox_row event, last = {.topic = ""};
        int64_t count = 0;
        if (!relay->kept[row])
            continue;
        for (all++; outbox_next(&rest, &event); last = event, count++)
            if (count > 0 && strcmp(event.topic, last.topic) != 0) {
                series_add(metric_series(METRIC_relay_rows, last.topic), count);
                count = 0;
            }
        if (count > 0)
            series_add(metric_series(METRIC_relay_rows, last.topic), count);
    }
    return all;
}

/* Waits until Kafka has reported every row; when the end is asked for, at most shutdown_ms longer. */
static void hear(struct relay *relay)
{
    int64_t patience = config->shutdown_ms;
    while (relay->waiting > 0 && patience > 0) {
        collect(relay, RELAY_LOOK);
        if (life_ending())
            patience -= RELAY_LOOK;
    }
}

/* After a cycle that took so many rows: whether to look again soon. */
static void doubt(struct relay *relay, bool woken, size_t count)
{
    if (count > 0 || !woken)
        relay->doubt = 0;
    else if (relay->doubt == 0)
        relay->doubt = RELAY_DOUBT;
    else
        relay->doubt = relay->doubt * 2 < config->relay_poll_ms ? relay->doubt * 2 : config->relay_poll_ms;
}

/* Measures the oldest row's age, at most once a look; whether there is any row. */
static bool look(struct relay *relay, bool *ret_any)
{
    int64_t age;
    if (!outbox_age(relay->connection, &age))
        return false;
    relay->looked = clock_monotonic_us();
    metric_set(METRIC_relay_lag, age < 0 ? 0 : age * 1000);
    *ret_any = age >= 0;
    return true;
}

/* Looks once in a while, or soon when in doubt; rows that are only to be marked are nothing to wake for. */
static bool look_when_due(struct relay *relay, int64_t now_us)
{
    int64_t since = relay->doubt && relay->heard > relay->looked ? relay->heard : relay->looked;
    bool any = false;
    if (now_us - since < (relay->doubt ? relay->doubt : config->relay_poll_ms) * 1000)
        return true;
    if (!look(relay, &any))
        return false;
    relay->woken |= any && !relay->rows;
    relay->doubt = any ? relay->doubt : 0;
    return true;
}

static int64_t cycle(struct relay *relay, int64_t now)
{
    int64_t began = clock_monotonic_us();
    bool woken = relay->woken;
    if (!take(relay, now, &relay->rows))
        return fail(relay, sql_failure(relay->connection));
    size_t count = rows_count(relay->rows);
    memset(relay->kept, 0, count * sizeof *relay->kept);
    relay->away = false;
    say(relay, relay->rows);
    hear(relay);
    relay->heard = clock_monotonic_us();
    relay->woken |= count == (size_t)config->relay_batch; /* there may be more */
    doubt(relay, woken, count);
    size_t kept = count_kept(relay, relay->rows);
    if (kept == 0 &&
        relay->waiting == 0) { /* nothing to mark: rest until somebody notifies, or it is time to look */
        rows_free(relay->rows);
        relay->rows = NULL;
    }
    if (count > 0) {
        metric_observe(METRIC_relay_cycle, relay->heard - began);
        life_part_set(relay->kafka, !relay->away);
    }
    if (relay->away) {
        relay->woken = true;
        return pause_longer(relay);
    }
    relay->pause = 0;
    return 0;
}

int64_t relay_turn(struct relay *relay)
{
    int64_t now = clock_now();
    int64_t wait = relay->connection && relay->leads ? 0 : lead(relay);
    if (wait > 0)
        return wait;
    int64_t now_us = clock_monotonic_us();
    int64_t mark = relay->rows ? RELAY_MARK - (now_us - relay->heard) / 1000 : RELAY_LOOK;
    if (!look_when_due(relay, now_us))
        return fail(relay, sql_failure(relay->connection));
    if (relay->woken || mark <= 0 || now >= relay->due)
        return cycle(relay, now);
    return relay->doubt && relay->doubt < mark ? relay->doubt : mark;
}

void relay_rest(struct relay *relay, int64_t milliseconds)
{
    char channel[64];
    int64_t payload;
    if (!relay->connection || !relay->leads || relay->pause > 0) {
        life_sleep(milliseconds);
        milliseconds = 0;
    }
    if (!relay->connection || !relay->leads)
        return;
    relay->woken |= !sql_wait(relay->connection, (int)milliseconds);
    while (sql_notification(relay->connection, channel, &payload)) {
        if (strcmp(channel, "outbox") == 0)
            relay->woken = true;
        else if (payload < relay->due)
            relay->due = payload;
    }
}

/* The heartbeat, whether it leads or waits to; without PostgreSQL there is none. */
static void beat(struct relay *relay)
{
    if (relay->connection && heartbeat_due() && !heartbeat_say(relay->connection, metric_sum(METRIC_relay_rows)))
        (void)fail(relay, sql_failure(relay->connection));
}

void relay_run(struct relay *relay)
{
    heartbeat_begin("relay");
    while (!life_ending()) {
        int64_t wait = relay_turn(relay);
        beat(relay);
        relay_rest(relay, wait);
    }
}

void relay_free(struct relay *relay)
{
    while (relay->waiting > 0)
        collect(relay, RELAY_LOOK);
    if (relay->connection && relay->leads && relay->rows &&
        (!transaction_begin(relay->connection, DURABLE) ||
         !outbox_mark(relay->connection, relay->rows, relay->kept) ||
         transaction_commit(relay->connection) != COMMIT_DONE))
        LOG(relay_failed,
            log_text("detail", "rows that were kept are not marked and will be sent once more"));
    rows_free(relay->rows);
    sql_close(relay->connection);
    free(relay->passengers);
    free(relay->kept);
    free(relay);
}
