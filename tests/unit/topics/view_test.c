/* The view against a mock cluster: from the beginning, caught up, tombstones, brokers away.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka wants the three above first */
#include <cmocka.h>
#include <stdatomic.h>

#include "mock.h"
#include "topics/view.h"

/* What a view holds: how many records, tombstones, and the order it saw. */
struct seen {
    _Atomic int records, tombstones, disorder, rests;
    int64_t next[8];
};

static void apply(void *opaque, const struct record *record)
{
    struct seen *seen = opaque;
    if (!record->value.at)
        seen->tombstones++;
    if (record->offset != seen->next[record->partition])
        seen->disorder++;
    seen->next[record->partition] = record->offset + 1;
    seen->records++;
}

static void rested(void *opaque)
{
    struct seen *all = opaque;
    all->rests++;
}

static bool wait_for(const _Atomic int *number, int wanted)
{
    for (int i = 0; i < 3000 && *number < wanted; i++)
        usleep(10000);
    return *number == wanted;
}

static void follows_from_the_beginning(void **state)
{
    (void)state;
    static struct seen board, account, all;
    struct mock mock = mock_begin(2);
    mock_topic(&mock, "board", 4);
    mock_topic(&mock, "account", 2);
    mock_topic(&mock, "empty", 2);
    mock_fill("board", 0, 5000);
    mock_fill("account", 0, 10);
    struct view_topic topics[] = {
        {.name = "board", .apply = apply, .opaque = &board},
        {.name = "account", .apply = apply, .opaque = &account},
        {.name = "empty", .apply = apply, .opaque = &account},
    };
    struct problem problem;
    struct view *view;
    problem_none(&problem);
    assert_true(view_new("test-view", topics, 3, rested, &all, &view, &problem));
    assert_true(wait_for(&board.records, 5000));
    assert_true(wait_for(&account.records, 10));
    for (int i = 0; i < 1000 && !view_caught_up(view); i++)
        usleep(10000);
    assert_true(view_caught_up(view));
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    rd_kafka_mock_broker_set_down(mock.cluster, 2);
    usleep(500000);
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    rd_kafka_mock_broker_set_up(mock.cluster, 2);
    mock_fill("board", 5000, 100);
    assert_true(wait_for(&board.records, 5100));
    assert_int_equal(board.disorder + account.disorder, 0);
    assert_true(all.rests > 0);
    view_free(view);
    mock_end(&mock);
}

static void tombstones_have_no_value(void **state)
{
    (void)state;
    static struct seen board;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "board", 1);
    static const char *const names[] = {"board"};
    struct problem problem;
    struct writer *writer;
    struct writer_ticket tickets[2];
    problem_none(&problem);
    assert_true(writer_new("test", names, 1, &writer, &problem));
    struct writer_port *port = writer_port_new(writer);
    struct outgoing gone = {.topic = "board", .key = SLICE("k")}, empty = {.topic = "board", .value = SLICE("")};
    assert_true(writer_write(port, &gone, &tickets[0], &problem));
    assert_true(writer_write(port, &empty, &tickets[1], &problem));
    struct view_topic topic = {.name = "board", .apply = apply, .opaque = &board};
    struct view *view;
    assert_true(view_new("test-view", &topic, 1, NULL, NULL, &view, &problem));
    assert_true(wait_for(&board.records, 2));
    assert_int_equal(board.tombstones, 1);
    view_free(view);
    for (int taken = 0; taken < 2;)
        for (struct writer_ticket *ticket = writer_port_wait(port, 1000); ticket; ticket = ticket->next)
            taken++;
    writer_free(writer);
    mock_end(&mock);
}

static void ends_while_kafka_is_away(void **state)
{
    (void)state;
    static struct seen board;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "board", 1);
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    struct view_topic topic = {.name = "board", .apply = apply, .opaque = &board};
    struct problem problem;
    struct view *view;
    problem_none(&problem);
    assert_true(view_new("test-view", &topic, 1, NULL, NULL, &view, &problem));
    usleep(300000);
    assert_false(view_caught_up(view));
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    view_free(view);
    mock_end(&mock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_from_the_beginning),
        cmocka_unit_test(tombstones_have_no_value),
        cmocka_unit_test(ends_while_kafka_is_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
