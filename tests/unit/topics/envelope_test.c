/* Envelopes: headers and packed forms both ways, and what is poison.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <string.h>

#include "process/clock.h"
#include "topics/envelope.h"

static struct envelope whole(void)
{
    return (struct envelope){.id = {{1}},
                             .type = SLICE("exam_submit"),
                             .version = 12,
                             .source = SLICE("front"),
                             .accepted_ms = 1764000000123,
                             .subject = SLICE("/v1/exams/试/submissions"),
                             .actor = {{2}},
                             .cause = {{3}},
                             .digest = {{4}},
                             .trace = trace_new()};
}

static void same(const struct envelope *a, const struct envelope *b)
{
    assert_true(id_equal(a->id, b->id) && id_equal(a->actor, b->actor) && id_equal(a->cause, b->cause));
    assert_true(slice_equal(a->type, b->type) && slice_equal(a->source, b->source));
    assert_true(slice_equal(a->subject, b->subject) && (a->subject.at == NULL) == (b->subject.at == NULL));
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->accepted_ms, b->accepted_ms);
    assert_true(digest_equal(a->digest, b->digest));
    assert_memory_equal(&a->trace, &b->trace, sizeof a->trace);
}

static void both_ways(const struct envelope *envelope)
{
    struct problem problem;
    struct envelope back;
    struct buffer packed = buffer_new(10000), raw = buffer_new(10000);
    problem_none(&problem);
    rd_kafka_headers_t *headers = envelope_headers(envelope);
    assert_true(envelope_parse(headers, &back, &problem));
    same(envelope, &back);
    envelope_pack(&packed, envelope);
    assert_true(envelope_unpack(buffer_slice(&packed), &back, &problem));
    same(envelope, &back);
    envelope_pack_headers(&raw, headers);
    rd_kafka_headers_destroy(headers);
    headers = envelope_unpack_headers(buffer_slice(&raw));
    assert_true(envelope_parse(headers, &back, &problem));
    same(envelope, &back);
    rd_kafka_headers_destroy(headers);
    headers = envelope_unpack_headers(buffer_slice(&packed));
    assert_true(envelope_parse(headers, &back, &problem));
    same(envelope, &back);
    rd_kafka_headers_destroy(headers);
    for (size_t i = 0; i < packed.length; i++)
        assert_null(envelope_unpack_headers((struct slice){packed.at, i}));
    assert_false(envelope_unpack(buffer_slice(&raw), &back, &problem));
    for (size_t i = 0; i < raw.length; i++) {
        headers = envelope_unpack_headers((struct slice){raw.at, i});
        if (headers)
            rd_kafka_headers_destroy(headers);
    }
    buffer_free(&packed);
    buffer_free(&raw);
}

static void forms(void **state)
{
    (void)state;
    struct envelope envelope = whole();
    both_ways(&envelope);
    envelope = (struct envelope){.id = {{1}}, .type = SLICE("a"), .version = 1, .source = SLICE("relay")};
    both_ways(&envelope);
}

/* The problem's text when one header of a whole message is set to a value (NULL: left out; twice: added
 * again). */
static const char *poisoned(const char *name, const char *value, bool twice)
{
    static struct problem problem;
    struct envelope envelope = whole(), back;
    rd_kafka_headers_t *headers = envelope_headers(&envelope);
    if (!twice)
        rd_kafka_header_remove(headers, name);
    if (value)
        rd_kafka_header_add(headers, name, -1, value, (ssize_t)strlen(value));
    problem_none(&problem);
    bool well = envelope_parse(headers, &back, &problem);
    rd_kafka_headers_destroy(headers);
    assert_true(well || problem.code == PROBLEM_poison);
    return well ? NULL : problem.detail;
}

static void what_is_poison(void **state)
{
    (void)state;
    static const char *const needed[] = {"ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"};
    static const char *const bad[][2] = {
        {"ce_id", "x"},
        {"ce_id", "00000000-0000-0000-0000-000000000000"},
        {"ce_type", "exam_submit"},
        {"ce_type", "baoting.exam_submit"},
        {"ce_type", "baoting.exam_submit.v0"},
        {"ce_type", "baoting..v1"},
        {"ce_type", "baoting.Exam.v1"},
        {"ce_type", "baoting.exam.v01"},
        {"ce_type", "baoting.exam.v"},
        {"ce_type", "baoting."},
        {"ce_time", "yesterday"},
        {"ce_specversion", "0.3"},
        {"ce_source", ""},
        {"ce_source", "a\nb"},
        {"ce_actor", "me"},
        {"ce_cause", ""},
        {"ce_digest", "00"},
        {"ce_subject", "\xff"},
        {"content-type", "text/plain"},
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        assert_non_null(strstr(poisoned(needed[i], NULL, false), "missing"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *detail = poisoned(bad[i][0], bad[i][1], false);
        assert_non_null(detail);
        assert_non_null(strstr(detail, bad[i][0]));
    }
    assert_non_null(strstr(poisoned("ce_id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", true), "twice"));
    assert_null(poisoned("ce_actor", NULL, false));
    assert_null(poisoned("traceparent", "nonsense", false));
    assert_null(poisoned("ce_other", "anything", false));
    struct problem problem;
    struct envelope back;
    problem_none(&problem);
    assert_false(envelope_parse(NULL, &back, &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(what_is_poison)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
