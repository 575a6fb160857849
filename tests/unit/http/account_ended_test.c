/* Ended sessions: known at once, once each, the oldest forgotten.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/account_ended.h"
#include "process/config.h"
#include "topics/encode.h"
#include "topics/messages.h"

enum { MOST = 64 };

static struct id id_of(int number)
{
    struct id id = {{(uint8_t)(number >> 8), (uint8_t)number, 7}};
    return id;
}

static void tell(struct ended *ended, int number)
{
    struct session_ended state = {.session = id_of(number), .ended_at = number};
    struct buffer value = buffer_new(1000);
    encode(&value, session_ended_shape(), &state);
    struct record record = {.topic = "session", .value = buffer_slice(&value)};
    ended_apply(ended, &record);
    buffer_free(&value);
}

static void known_however_it_came(void **state)
{
    struct ended *ended = ended_new(MOST);
    (void)state;
    assert_false(ended_has(ended, id_of(1)));
    ended_add(ended, id_of(1), 1);
    tell(ended, 2);
    tell(ended, 1); /* what was known before the topic told of it */
    assert_true(ended_has(ended, id_of(1)) && ended_has(ended, id_of(2)));
    assert_false(ended_has(ended, id_of(3)));
    struct record none = {.topic = "session", .value = {NULL, 0}}, odd = {.topic = "session", .value = SLICE("{\"x\":")};
    ended_apply(ended, &none);
    ended_apply(ended, &odd);
    assert_true(ended_has(ended, id_of(1)));
    ended_free(ended);
}

static void the_oldest_are_forgotten(void **state)
{
    struct ended *ended = ended_new(MOST);
    (void)state;
    for (int i = 0; i < 10 * MOST; i++) {
        for (int again = 0; again < 2; again++)
            ended_add(ended, id_of(i), i);
        for (int j = i < MOST ? 0 : i - MOST + 1; j <= i; j += 7)
            assert_true(ended_has(ended, id_of(j)));
        assert_true(i < MOST || !ended_has(ended, id_of(i - MOST)));
    }
    ended_free(ended);
}

int main(void)
{
    config_load(0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_however_it_came), cmocka_unit_test(the_oldest_are_forgotten)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
