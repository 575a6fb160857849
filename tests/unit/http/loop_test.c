/* Loops: posts in order and bounded, timers never early; and the table of addresses.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/address.h"
#include "http/loop.h"
#include "process/memory.h"

enum { POSTERS = 4, POSTS = 20000 };

static struct {
    int next[POSTERS]; /* what each poster's next number must be */
    int seen;
} heard;

static void hear(struct loop *loop, void *argument)
{
    uintptr_t number = (uintptr_t)argument;
    int poster = (int)(number / POSTS);
    assert_int_equal(heard.next[poster], number % POSTS);
    heard.next[poster]++;
    if (++heard.seen == POSTERS * POSTS)
        loop_stop(loop);
}

struct poster {
    struct loop *loop;
    int index;
};

static void *post_all(void *argument)
{
    struct poster *poster = argument;
    for (int i = 0; i < POSTS; i++)
        while (!loop_post(poster->loop, hear, (void *)(uintptr_t)(poster->index * POSTS + i)))
            usleep(100); /* full */
    return NULL;
}

static void posts(void **state)
{
    struct loop *loop = loop_new(3, 64);
    struct poster posters[POSTERS];
    pthread_t threads[POSTERS];
    (void)state;
    assert_int_equal(loop_index(loop), 3);
    for (int i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){loop, i};
        assert_int_equal(pthread_create(&threads[i], NULL, post_all, &posters[i]), 0);
    }
    loop_run(loop);
    for (int i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(heard.seen, POSTERS * POSTS);
    assert_false(loop_post(loop, hear, NULL));
    loop_free(loop);
}

static void full(void **state)
{
    struct loop *loop = loop_new(0, 2);
    (void)state;
    assert_true(loop_post(loop, hear, NULL));
    assert_true(loop_post(loop, hear, NULL));
    assert_false(loop_post(loop, hear, NULL));
    loop_free(loop);
    loop_free(NULL);
}

/* ---- timers ---- */

enum { TIMERS = 500 };

struct alarm {
    struct loop_timer timer;
    int64_t due;
    int rung;
};

static struct alarm alarms[TIMERS];
static int rung, most_rings;

static void ring(struct loop *loop, struct loop_timer *timer)
{
    struct alarm *alarm = (struct alarm *)(void *)timer;
    int64_t late = loop_now() - alarm->due;
    assert_false(loop_timer_is_set(timer));
    assert_true(late >= 0);
    if (late > 5000)
        fail_msg("%d ms late", (int)late);
    alarm->rung++;
    rung++;
    if (alarm == &alarms[0] && alarm->rung == 1) { /* from inside: set itself again, move one, clear one */
        alarm->due = loop_now() + 50;
        loop_timer_set(loop, timer, 50, ring);
        alarms[1].due = loop_now() + 150;
        loop_timer_set(loop, &alarms[1].timer, 150, ring);
        loop_timer_clear(loop, &alarms[2].timer);
        loop_timer_clear(loop, &alarms[2].timer);
    }
    if (rung == most_rings)
        loop_stop(loop);
}

static void timers(void **state)
{
    struct loop *loop = loop_new(0, 2);
    (void)state;
    srand(7);
    for (int i = 0; i < TIMERS; i++) {
        int ms = i < 3 ? 100 * i : rand() % 900;
        alarms[i].due = loop_now() + ms;
        loop_timer_set(loop, &alarms[i].timer, ms, ring);
    }
    alarms[2].due += 100000; /* it is cleared before */
    most_rings = TIMERS;     /* one twice, one never */
    loop_run(loop);
    for (int i = 0; i < TIMERS; i++)
        assert_int_equal(alarms[i].rung, i == 0 ? 2 : i == 2 ? 0 : 1);
    loop_free(loop);
}

/* ---- addresses ---- */

static struct address four(uint32_t number)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(number)};
    return address_of((struct sockaddr *)&at);
}

static struct address six(uint8_t network, uint8_t host)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6};
    at.sin6_addr.s6_addr[0] = 0x20;
    at.sin6_addr.s6_addr[7] = network;
    at.sin6_addr.s6_addr[15] = host;
    return address_of((struct sockaddr *)&at);
}

static void addresses(void **state)
{
    enum { MANY = 1000 };
    struct address_table *table = address_table_new(MANY * 2);
    static int counts[MANY];
    (void)state;
    srand(11);
    for (int i = 0; i < 200000; i++) { /* beside a plain array */
        uint32_t n = (uint32_t)rand() % MANY;
        if (rand() % 2) {
            bool entered = address_enter(table, four(n), 2);
            assert_int_equal(entered, counts[n] < 2);
            counts[n] += entered;
        } else if (counts[n] > 0) {
            address_leave(table, four(n));
            counts[n]--;
        }
    }
    assert_true(address_enter(table, six(1, 1), 1));
    assert_false(address_enter(table, six(1, 2), 1)); /* the same network of 64 bits */
    assert_true(address_enter(table, six(2, 1), 1));
    struct sockaddr_in6 mapped = {.sin6_family = AF_INET6};
    mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
    mapped.sin6_addr.s6_addr[12] = 127;
    struct address same = address_of((struct sockaddr *)&mapped);
    assert_true(same.low == four(0x7f000000).low && same.high == 0);
    address_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(posts), cmocka_unit_test(full),
                                       cmocka_unit_test(timers), cmocka_unit_test(addresses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
