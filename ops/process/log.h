/* The log: one JSON line an event on standard error, each event a row of logs.def.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"
#include "process/trace.h"

enum log_level { LOG_debug, LOG_info, LOG_warning, LOG_error, LOG_alarm };

enum log_event {
#define LOG_EVENT(name, level, text) LOG_EVENT_##name,
#include "process/logs.def"
#undef LOG_EVENT
    LOG_EVENTS
};

/* One field of a line. Make them with the functions below; no field ever holds a name, a number of a person's
 * papers, a password, a token or an answer. */
struct log_field {
    const char *name;
    enum { LOG_FIELD_NONE, LOG_FIELD_TEXT, LOG_FIELD_NUMBER, LOG_FIELD_ID, LOG_FIELD_TRACE } kind;
    union {
        struct slice text;
        int64_t number;
        const uint8_t *id;
        const struct trace *trace;
    };
};

static inline struct log_field log_slice(const char *name, struct slice text)
{
    return (struct log_field){.name = name, .kind = LOG_FIELD_TEXT, .text = text};
}

static inline struct log_field log_text(const char *name, const char *text)
{
    return log_slice(name, slice_of(text));
}

static inline struct log_field log_number(const char *name, int64_t number)
{
    return (struct log_field){.name = name, .kind = LOG_FIELD_NUMBER, .number = number};
}

/* 16 bytes written as a UUID: log_id("command", envelope.id.bytes). */
static inline struct log_field log_id(const char *name, const uint8_t *id)
{
    return (struct log_field){.name = name, .kind = LOG_FIELD_ID, .id = id};
}

/* Two fields, "trace" and "span". */
static inline struct log_field log_trace(const struct trace *trace)
{
    return (struct log_field){.name = "trace", .kind = LOG_FIELD_TRACE, .trace = trace};
}

/* Writes an event: LOG(listening, log_text("address", "127.0.0.1"), log_number("port", 8080)). The fields of
 * an event below the setting log_level are not even looked at; past log_ceiling lines of one event a second
 * they are counted, and the count is in the event's next line. One write(2), so that lines do not mix. */
#define LOG(event, ...)                                                                                       \
    (log_wanted(LOG_EVENT_##event) ? log_write(LOG_EVENT_##event, LOG_FIELDS(__VA_ARGS__),                    \
                                               sizeof(LOG_FIELDS(__VA_ARGS__)) / sizeof(struct log_field))    \
                                   : (void)0)
#define LOG_FIELDS(...) ((const struct log_field[]){{0}, ##__VA_ARGS__})

/* Whether an event of this kind is logged at all. */
bool log_wanted(enum log_event event);

/* What LOG calls; fields of kind LOG_FIELD_NONE are left out. */
void log_write(enum log_event event, const struct log_field *fields, size_t count);

/* The least level and the lines of one event a second; set by config_load(). False: there is no such level. */
MUST bool log_limits(const char *level, int64_t ceiling);

/* The program's name in every line; set by life_begin(). */
void log_program(const char *name);

/* The reference page of all events (Markdown), made from the rows. */
void log_print_manual(struct buffer *buffer);
