/* W3C Trace Context: made, read and written.  SPDX-License-Identifier: Apache-2.0 */
#include "process/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "process/hex.h"

/* xorshift128+ seeded by the kernel, a state a thread: ids need be unlike, not secret. */
static uint64_t random_number(void)
{
    static _Thread_local uint64_t state[2];
    while ((state[0] | state[1]) == 0)
        if (getrandom(state, sizeof state, 0) < 0 && errno != EINTR)
            abort();
    uint64_t first = state[0], second = state[1];
    state[0] = second;
    first ^= first << 23;
    state[1] = first ^ second ^ (first >> 17) ^ (second >> 26);
    return state[1] + second;
}

struct trace trace_new(void)
{
    struct trace trace = {.flags = 3};
    uint64_t words[3] = {random_number(), random_number() | 1, random_number() | 1};
    memcpy(trace.trace, words, sizeof trace.trace);
    memcpy(trace.span, words + 2, sizeof trace.span);
    return trace;
}

struct trace trace_child(const struct trace *parent)
{
    struct trace trace = *parent;
    if (trace_is_none(parent))
        return trace_new();
    uint64_t word = random_number() | 1;
    memcpy(trace.span, &word, sizeof trace.span);
    return trace;
}

/* Reads count bytes of hex and returns whether it could; the or of all bytes goes to *ret_any. */
static bool hex_bytes(const char *at, size_t count, uint8_t *ret_bytes, uint8_t *ret_any)
{
    uint8_t any = 0;
    if (!hex_read(at, count, true, ret_bytes))
        return false;
    for (size_t i = 0; i < count; i++)
        any |= ret_bytes[i];
    *ret_any = any;
    return true;
}

bool trace_parse(struct slice text, struct trace *ret_trace)
{
    struct trace trace;
    uint8_t version, any_trace, any_span, any;
    if (text.length < TRACE_TEXT - 1 || text.at[2] != '-' || text.at[35] != '-' || text.at[52] != '-')
        return false;
    if (!hex_bytes(text.at, 1, &version, &any) || !hex_bytes(text.at + 3, 16, trace.trace, &any_trace) ||
        !hex_bytes(text.at + 36, 8, trace.span, &any_span) || !hex_bytes(text.at + 53, 1, &trace.flags, &any))
        return false;
    if (version == 0xff || !any_trace || !any_span)
        return false;
    if (text.length > TRACE_TEXT - 1 && (version == 0 || text.at[TRACE_TEXT - 1] != '-'))
        return false;
    *ret_trace = trace;
    return true;
}

void trace_text(const struct trace *trace, char ret_text[static TRACE_TEXT])
{
    memcpy(ret_text, "00-", 3);
    char *at = hex_put(ret_text + 3, trace->trace, sizeof trace->trace);
    *at++ = '-';
    at = hex_put(at, trace->span, sizeof trace->span);
    *at++ = '-';
    at = hex_put(at, &trace->flags, 1);
    *at = 0;
}
