/* Exchanges that outlive their turn: clients that leave, half-close or read slowly, streams, stopping.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void answer_held(struct loop *loop, void *argument)
{
    struct rig *rig = argument;
    (void)loop;
    assert_non_null(rig->held);
    reply(rig->held, 200, SLICE("at last"));
    rig->held = NULL;
}

/* Closes a connection by a reset. */
static void reset(int fd)
{
    struct linger hard = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
}

static int gone(struct rig *rig)
{
    return __atomic_load_n(&rig->gone, __ATOMIC_SEQ_CST);
}

static void client_gone_while_waiting(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    int fd = client(&rig);
    say(fd, GET("/hold?x"));
    UNTIL(rig_counts(&rig).waiting == 1);
    reset(fd);
    UNTIL(gone(&rig) == 1);
    assert_int_equal(rig_counts(&rig).gone, 1);
    assert_int_equal(rig_counts(&rig).open, 0);
    assert_true(loop_post(server_loop(rig.server, 0), answer_held, &rig));
    fd = client(&rig);
    say(fd, GET("/none"));
    char *answer = hear(fd, "\r\n\r\n", 1);
    assert_has(answer, "204");
    free(answer);
    close(fd);
    rig_stop(&rig);
}

static void half_closed_client_is_answered(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    int fd = client(&rig);
    say(fd, GET("/hold") GET("/none"));
    shutdown(fd, SHUT_WR);
    UNTIL(rig_counts(&rig).waiting == 1);
    assert_true(loop_post(server_loop(rig.server, 0), answer_held, &rig));
    char *answer = hear(fd, NULL, 0);
    assert_has(answer, "at last");
    assert_has(answer, "204 No Content");
    assert_int_equal(gone(&rig), 0);
    free(answer);
    close(fd);
    /* Half a request and no more to come: nobody to answer. */
    fd = client(&rig);
    say(fd, "GET /none HTTP");
    shutdown(fd, SHUT_WR);
    answer = hear(fd, NULL, 0);
    assert_string_equal(answer, "");
    free(answer);
    close(fd);
    UNTIL(rig_counts(&rig).open == 0);
    rig_stop(&rig);
}

/* While a request waits no more than a block is read of what stands behind it. */
static void flood_behind_a_waiting_request(void **state)
{
    struct rig rig;
    struct timeval patience = {0, 200000};
    char many[4096];
    ssize_t sent = 0, more;
    (void)state;
    rig_start(&rig, rig_settings());
    int fd = client(&rig), small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    say(fd, GET("/hold"));
    UNTIL(rig_counts(&rig).waiting == 1);
    memset(many, 'G', sizeof many);
    while ((more = send(fd, many, sizeof many, MSG_NOSIGNAL)) > 0)
        sent += more;
    assert_true(sent < 32 << 20); /* the kernel's buffers filled, and nobody took it */
    assert_int_equal(rig_counts(&rig).waiting, 1);
    assert_true(loop_post(server_loop(rig.server, 0), answer_held, &rig));
    char *answer = hear(fd, "431", 1);
    assert_has(answer, "at last");
    free(answer);
    close(fd);
    rig_stop(&rig);
}

static void slow_readers_are_dropped(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    (void)state;
    settings.write_ms = 300;
    rig_start(&rig, settings);
    int fd = client(&rig), small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    say(fd, GET("/big") GET("/big") GET("/big"));
    UNTIL(rig_counts(&rig).dropped == 1);
    assert_int_equal(rig_counts(&rig).open, 0);
    close(fd);
    fd = client(&rig);
    say(fd, GET("/flood"));
    UNTIL(rig_counts(&rig).dropped == 2);
    assert_int_equal(rig_counts(&rig).streaming, 0);
    close(fd);
    rig_stop(&rig);
}

static void streams(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    int fd = client(&rig);
    say(fd, GET("/stream"));
    char *answer = hear(fd, "0\r\n\r\n", 1);
    assert_has(answer, "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_has(answer, "\r\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    free(answer);
    say(fd, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" GET("/none"));
    answer = hear(fd, "204", 1);
    assert_lacks(answer, "data");
    free(answer);
    close(fd);
    fd = client(&rig);
    say(fd, "GET /stream HTTP/1.0\r\n\r\n");
    answer = hear(fd, NULL, 0);
    assert_has(answer, "\r\n\r\ndata: 1\n\ndata: 2\n\n");
    assert_lacks(answer, "chunked");
    free(answer);
    close(fd);
    for (int i = 0; i < 3; i++) { /* subscribers: one that closes, one that is reset, one that said that it will close */
        fd = client(&rig);
        say(fd, i < 2 ? GET("/stream?on") : "GET /stream?on HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        answer = hear(fd, "data: 2", 1);
        free(answer);
        assert_int_equal(rig_counts(&rig).streaming, 1);
        if (i == 1)
            reset(fd);
        else
            close(fd);
        UNTIL(gone(&rig) == i + 1);
        UNTIL(rig_counts(&rig).streaming == 0);
    }
    rig_stop(&rig);
}

static void *stop_soon(void *argument)
{
    struct rig *rig = argument;
    server_stop(rig->server, 3000);
    return NULL;
}

/* Stopping ends streams and idle connections, and gives a waiting request its answer. */
static void stopping_is_graceful(void **state)
{
    struct rig rig;
    pthread_t thread;
    (void)state;
    rig_start(&rig, rig_settings());
    int idle = client(&rig), streaming = client(&rig), waiting = client(&rig);
    say(streaming, GET("/stream?on"));
    free(hear(streaming, "data: 2", 1));
    say(waiting, GET("/hold"));
    UNTIL(rig_counts(&rig).waiting == 1);
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, &rig), 0);
    char *answer = hear(idle, NULL, 0);
    assert_string_equal(answer, "");
    free(answer);
    UNTIL(gone(&rig) == 1);
    assert_true(loop_post(server_loop(rig.server, 0), answer_held, &rig));
    answer = hear(waiting, NULL, 0);
    assert_has(answer, "Connection: close");
    assert_has(answer, "at last");
    free(answer);
    close(idle);
    close(streaming);
    close(waiting);
    pthread_join(thread, NULL);
    assert_false(loop_post(server_loop(rig.server, 0), answer_held, &rig));
    rig_stop(&rig);
}

/* A holder that never ends its exchange is told, and the memory comes back all the same. */
static void stopping_has_an_end(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    int fd = client(&rig);
    say(fd, GET("/hold"));
    UNTIL(rig_counts(&rig).waiting == 1);
    server_stop(rig.server, 100);
    assert_int_equal(gone(&rig), 1);
    close(fd);
    rig_stop(&rig);
}

static void *hammer(void *argument)
{
    struct rig *rig = argument;
    for (int i = 0; i < 30; i++) {
        int fd = client(rig);
        say(fd, GET("/later?q=1") GET("/echo"));
        if (i % 3 == 0) {
            reset(fd);
            continue;
        }
        char *answer = hear(fd, "HTTP/1.1 200", 1);
        assert_has(answer, "q=1");
        free(answer);
        close(fd);
    }
    return NULL;
}

static void two_loops_and_many_clients(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    pthread_t threads[4];
    (void)state;
    settings.loops = 2;
    rig_start(&rig, settings);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, &rig), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    UNTIL(rig_counts(&rig).waiting == 0);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_gone_while_waiting),
        cmocka_unit_test(half_closed_client_is_answered),
        cmocka_unit_test(flood_behind_a_waiting_request),
        cmocka_unit_test(slow_readers_are_dropped),
        cmocka_unit_test(streams),
        cmocka_unit_test(stopping_is_graceful),
        cmocka_unit_test(stopping_has_an_end),
        cmocka_unit_test(two_loops_and_many_clients),
    };
    memset(big, 'b', sizeof big);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
