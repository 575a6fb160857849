/* W3C Trace Context: the identity of a request on its way through all programs.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* A span of a trace. All zero is "no trace". */
struct trace {
    uint8_t trace[16];
    uint8_t span[8];
    uint8_t flags; /* bit 0 sampled, bit 1 random id */
};

/* Room for the text with its zero: "00-<32 hex>-<16 hex>-<2 hex>". */
#define TRACE_TEXT 56

static inline bool trace_is_none(const struct trace *trace)
{
    static const uint8_t none[16];
    return memcmp(trace->trace, none, sizeof none) == 0;
}

/* A new trace with a first span. Not secret; no system call after a thread's first. */
struct trace trace_new(void);

/* The next span of the same trace; of no trace, a new one. */
struct trace trace_child(const struct trace *parent);

/* Reads a traceparent value by the standard: lower-case hex, version ff and zero ids invalid, a later
 * version's further fields ignored. False: start a new trace. */
MUST bool trace_parse(struct slice text, struct trace *ret_trace);

/* Writes the traceparent value, version 00. */
void trace_text(const struct trace *trace, char ret_text[static TRACE_TEXT]);
