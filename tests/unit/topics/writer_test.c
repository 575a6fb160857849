/* The writer against a mock cluster: reports, refusals, broken producers, the end.  SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka wants the three above first */
#include <cmocka.h>
#include <poll.h>
#include <pthread.h>

#include "mock.h"
#include "process/metrics.h"

static const char *const topics[] = {"exam", "roster"};

static struct writer *begin(void)
{
    struct problem problem;
    struct writer *writer;
    problem_none(&problem);
    assert_true(writer_new("test", topics, 2, &writer, &problem));
    return writer;
}

static struct envelope envelope(void)
{
    return (struct envelope){.id = {{1, 2, 3}},
                             .type = SLICE("exam_submit"),
                             .version = 1,
                             .source = SLICE("front"),
                             .accepted_ms = 1764000000123,
                             .subject = SLICE("/v1/exams/x/submissions"),
                             .actor = {{9}},
                             .digest = {{7}},
                             .trace = trace_new()};
}

static bool write_one(struct writer_port *port, const char *topic, struct writer_ticket *ticket)
{
    struct problem problem;
    struct envelope wrapped = envelope();
    struct outgoing outgoing = {.topic = topic, .key = SLICE("key"), .value = SLICE("{}"), .envelope = &wrapped};
    problem_none(&problem);
    bool well = writer_write(port, &outgoing, ticket, &problem);
    assert_true(well || problem.code == PROBLEM_kafka_away);
    return well;
}

/* So many tickets, apart from the test's frame: a failed assertion leaves that, and the writer goes on reporting. */
static struct writer_ticket *tickets_new(size_t count)
{
    return memory_new_many(count, sizeof(struct writer_ticket));
}

#define EACH 5000

/* One loop: writes, is woken, takes; ends when all its tickets came back. */
static void *loop(void *opaque)
{
    struct writer_port *port = opaque;
    struct writer_ticket *tickets = tickets_new(EACH);
    int told = 0;
    for (int i = 0; i < EACH; i++) {
        if (!write_one(port, topics[i % 2], &tickets[i]))
            abort();
        struct writer_ticket *ticket = i % 64 == 0 ? writer_port_take(port) : NULL;
        for (; ticket; ticket = ticket->next)
            told += ticket->verdict == WRITER_KEPT && ticket->port == port;
    }
    while (told < EACH) {
        struct pollfd reports = {.fd = writer_port_fd(port), .events = POLLIN};
        if (poll(&reports, 1, 20000) <= 0)
            break;
        for (struct writer_ticket *ticket = writer_port_take(port); ticket; ticket = ticket->next)
            told += ticket->verdict == WRITER_KEPT && ticket->port == port;
    }
    free(tickets);
    return told == EACH ? opaque : NULL;
}

static void loops_get_their_own_reports(void **state)
{
    (void)state;
    struct mock mock = mock_begin(2);
    mock_topic(&mock, "exam", 4);
    mock_topic(&mock, "roster", 2);
    struct writer *writer = begin();
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, loop, writer_port_new(writer));
    for (int i = 0; i < 3; i++) {
        void *well;
        pthread_join(threads[i], &well);
        assert_non_null(well);
    }
    assert_true(writer_reachable(writer));
    assert_int_equal(metric_value(METRIC_produce_queue), 0);
    assert_int_equal(metric_value(METRIC_produce_queue_size), 0);
    writer_close(writer, 1000);
    writer_free(writer);
    mock_end(&mock);
}

static void too_large_is_refused(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", 1);
    struct writer *writer = begin();
    struct writer_port *port = writer_port_new(writer);
    struct writer_ticket ticket;
    struct problem problem;
    char *large = memory_new(2 << 20);
    struct outgoing outgoing = {.topic = "exam", .value = {large, 2 << 20}};
    problem_none(&problem);
    assert_false(writer_write(port, &outgoing, &ticket, &problem));
    assert_int_equal(problem.code, PROBLEM_too_large);
    free(large);
    outgoing = (struct outgoing){.topic = "exam", .value = SLICE("x"), .packed = SLICE("?")};
    problem_none(&problem);
    assert_false(writer_write(port, &outgoing, &ticket, &problem));
    assert_int_equal(problem.code, PROBLEM_poison);
    writer_free(writer);
    mock_end(&mock);
}

static void brokers_errors_are_retried(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", 1);
    struct writer *writer = begin();
    struct writer_port *port = writer_port_new(writer);
    struct writer_ticket *tickets = tickets_new(20);
    rd_kafka_mock_push_request_errors(mock.cluster, 0 /* Produce */, 3, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT);
    for (int i = 0; i < 20; i++)
        assert_true(write_one(port, "exam", &tickets[i]));
    int64_t next = 0;
    while (next < 20) {
        struct writer_ticket *ticket = writer_port_wait(port, 20000);
        assert_non_null(ticket);
        for (; ticket; ticket = ticket->next) {
            assert_int_equal(ticket->verdict, WRITER_KEPT);
            assert_int_equal(ticket->offset, next++);
        }
    }
    writer_free(writer);
    free(tickets);
    mock_end(&mock);
}

static void away_is_refused_and_back_is_taken(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", 1);
    mock_setting("BAOTING_PRODUCE_TIMEOUT_MS", "2000");
    struct writer *writer = begin();
    struct writer_port *port = writer_port_new(writer);
    struct writer_ticket *tries = tickets_new(302), *first = &tries[300], *second = &tries[301];
    assert_true(write_one(port, "exam", first));
    assert_ptr_equal(writer_port_wait(port, 20000), first);
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    int accepted = 0, told = 0;
    for (int i = 0; i < 300; i++) {
        accepted += write_one(port, "exam", &tries[i]);
        usleep(10000);
    }
    assert_in_range(accepted, 1, 200); /* then refused at once, but for a probe a second */
    assert_false(writer_reachable(writer));
    while (told < accepted) {
        struct writer_ticket *ticket = writer_port_wait(port, 20000);
        assert_non_null(ticket);
        for (; ticket; ticket = ticket->next, told++)
            assert_int_not_equal(ticket->verdict, WRITER_KEPT);
    }
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    bool back = false;
    for (int i = 0; i < 1000 && !back; i++) {
        if (write_one(port, "exam", second)) {
            struct writer_ticket *ticket = writer_port_wait(port, 20000);
            assert_ptr_equal(ticket, second);
            back = second->verdict == WRITER_KEPT;
        }
        usleep(10000);
    }
    assert_true(back);
    writer_free(writer);
    free(tries);
    mock_setting("BAOTING_PRODUCE_TIMEOUT_MS", "60000");
    mock_end(&mock);
}

static void a_hanging_broker_is_away(void **state)
{
    (void)state;
    enum { TRIES = 2000 };
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", 1);
    struct writer *writer = begin();
    struct writer_port *port = writer_port_new(writer);
    struct writer_ticket *tries = tickets_new(TRIES + 1), *first = &tries[TRIES];
    assert_true(write_one(port, "exam", first));
    assert_ptr_equal(writer_port_wait(port, 20000), first);
    usleep(2500000); /* nothing waits, so silence means nothing */
    assert_true(writer_reachable(writer));
    rd_kafka_mock_broker_set_rtt(mock.cluster, 1, 10000);
    int accepted = 0, told = 0;
    int64_t since = clock_monotonic_us();
    for (; accepted < TRIES && write_one(port, "exam", &tries[accepted]); accepted++)
        usleep(10000);
    int64_t refused = clock_monotonic_us();
    assert_true(refused - since > 2000000);
    assert_false(writer_reachable(writer));
    int before = accepted;
    while (clock_monotonic_us() - refused < 2500000 && accepted < TRIES) {
        accepted += write_one(port, "exam", &tries[accepted]);
        usleep(10000);
    }
    assert_in_range(accepted - before, 1, 3); /* a probe a second */
    for (struct writer_ticket *ticket; (ticket = writer_port_wait(port, 500));)
        for (; ticket; ticket = ticket->next, told++)
            assert_int_equal(ticket->verdict, WRITER_NOT_KEPT);
    assert_in_range(accepted - told, 1, accepted / 2); /* half a second's are out; the rest was held back and is known */
    rd_kafka_mock_broker_set_rtt(mock.cluster, 1, 0);
    while (told < accepted) {
        struct writer_ticket *ticket = writer_port_wait(port, 20000);
        assert_non_null(ticket);
        for (; ticket; ticket = ticket->next, told++)
            assert_int_equal(ticket->verdict, WRITER_KEPT);
    }
    assert_true(writer_reachable(writer));
    assert_true(write_one(port, "exam", first));
    assert_ptr_equal(writer_port_wait(port, 20000), first);
    writer_free(writer);
    free(tries);
    mock_end(&mock);
}

static void full_queue_is_refused(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", 1);
    mock_setting("BAOTING_PRODUCE_QUEUE_MESSAGES", "100");
    rd_kafka_mock_broker_set_rtt(mock.cluster, -1, 3000);
    struct writer *writer = begin();
    struct writer_port *port = writer_port_new(writer);
    struct writer_ticket *tickets = tickets_new(100);
    int written = 0, told = 0;
    while (written < 100 && write_one(port, "exam", &tickets[written]))
        written++;
    assert_int_equal(written, 80);
    rd_kafka_mock_broker_set_rtt(mock.cluster, -1, 0);
    for (struct writer_ticket *ticket; (ticket = writer_port_wait(port, 20000));)
        for (; ticket; ticket = ticket->next)
            if (++told == written)
                goto all;
all:
    assert_int_equal(told, written);
    writer_free(writer);
    free(tickets);
    mock_setting("BAOTING_PRODUCE_QUEUE_MESSAGES", "100000");
    mock_end(&mock);
}

static void broken_producer_is_made_anew(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", 1);
    rd_kafka_mock_push_request_errors(mock.cluster, 22 /* InitProducerId */, 1,
                                      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
    int64_t before = metric_value(METRIC_producer_renewals);
    struct writer *writer = begin();
    struct writer_port *port = writer_port_new(writer);
    struct writer_ticket *ticket = tickets_new(1);
    for (int i = 0; i < 1000 && ticket->verdict != WRITER_KEPT; i++) {
        if (write_one(port, "exam", ticket))
            assert_ptr_equal(writer_port_wait(port, 20000), ticket);
        usleep(10000);
    }
    assert_int_equal(ticket->verdict, WRITER_KEPT);
    assert_int_equal(metric_value(METRIC_producer_renewals), before + 1);
    writer_free(writer);
    free(ticket);
    mock_end(&mock);
}

static void the_end_tells_everybody(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", 1);
    struct writer *writer = begin();
    struct writer_port *port = writer_port_new(writer);
    struct writer_ticket *tickets = tickets_new(11), *first = &tickets[10];
    assert_true(write_one(port, "exam", first));
    assert_ptr_equal(writer_port_wait(port, 20000), first);
    rd_kafka_mock_broker_set_rtt(mock.cluster, -1, 5000);
    for (int i = 0; i < 10; i++)
        assert_true(write_one(port, "exam", &tickets[i]));
    usleep(100000);
    writer_close(writer, 100);
    int told = 0;
    for (struct writer_ticket *ticket = writer_port_take(port); ticket; ticket = ticket->next, told++)
        assert_int_not_equal(ticket->verdict, WRITER_KEPT);
    assert_int_equal(told, 10);
    writer_free(writer);
    free(tickets);
    mock_end(&mock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_get_their_own_reports), cmocka_unit_test(too_large_is_refused),
        cmocka_unit_test(brokers_errors_are_retried),  cmocka_unit_test(away_is_refused_and_back_is_taken),
        cmocka_unit_test(full_queue_is_refused),       cmocka_unit_test(broken_producer_is_made_anew),
        cmocka_unit_test(the_end_tells_everybody),     cmocka_unit_test(a_hanging_broker_is_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
