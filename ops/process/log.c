/* The log: one JSON line an event, one write(2) a line, a ceiling for each event.  SPDX-License-Identifier: Apache-2.0
 */
#include "process/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/hex.h"
#include "process/metrics.h"

#define LINE         4096 /* at most PIPE_BUF, so that lines of processes at one pipe do not mix */
#define LONGEST_TEXT 600

static const char *const level_names[] = {"debug", "info", "warning", "error", "alarm"};

static const struct {
    const char *name, *text;
    enum log_level level;
} rows[] = {
#define LOG_EVENT(name, level, text) {#name, text, LOG_##level},
#include "process/logs.def"
#undef LOG_EVENT
};

/* How many lines of an event there were in a second. */
static struct {
    _Atomic int64_t second, lines, dropped;
} windows[LOG_EVENTS];

static _Atomic int least = LOG_info;
static _Atomic int64_t most = 50;
static char program[32];

bool log_limits(const char *level, int64_t ceiling)
{
    for (int i = 0; i < (int)(sizeof level_names / sizeof level_names[0]); i++)
        if (strcmp(level, level_names[i]) == 0) {
            atomic_store(&least, i);
            atomic_store(&most, ceiling);
            return true;
        }
    return false;
}

void log_program(const char *name)
{
    size_t length = strlen(name);
    memcpy(program, name, length < sizeof program ? length : sizeof program - 1);
}

bool log_wanted(enum log_event event)
{
    return (int)rows[event].level >= atomic_load_explicit(&least, memory_order_relaxed);
}

/* Whether the event may have a line now; if so, how many had none since its last. */
static bool may_write(enum log_event event, int64_t *ret_dropped)
{
    int64_t second = clock_monotonic_us() / 1000000;
    int64_t old = atomic_load(&windows[event].second);
    if (old != second && atomic_compare_exchange_strong(&windows[event].second, &old, second))
        atomic_store(&windows[event].lines, 0);
    if (atomic_fetch_add(&windows[event].lines, 1) >= atomic_load(&most)) {
        atomic_fetch_add(&windows[event].dropped, 1);
        metric_add(METRIC_log_dropped, 1);
        return false;
    }
    *ret_dropped = atomic_exchange(&windows[event].dropped, 0);
    return true;
}

static void add_name(struct buffer *line, const char *name)
{
    buffer_add_text(line, ",\"");
    buffer_add_text(line, name);
    buffer_add_text(line, "\":");
}

/* Foreign text may be anything: cut at a length, and made ASCII if it is no UTF-8. */
static void add_text(struct buffer *line, struct slice text)
{
    char plain[LONGEST_TEXT];
    if (text.length > LONGEST_TEXT)
        text.length = LONGEST_TEXT;
    for (int back = 0; back < 3 && text.length && slice_points(text) < 0; back++)
        text.length--;
    if (slice_points(text) < 0) {
        for (size_t i = 0; i < text.length; i++)
            plain[i] = (unsigned char)text.at[i] < 0x80 ? text.at[i] : '?';
        text.at = plain;
    }
    buffer_add_json(line, text);
}

static void add_hex(struct buffer *line, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char digits[2];
        hex_put(digits, &bytes[i], 1);
        buffer_add(line, digits, sizeof digits);
    }
}

static void add_id(struct buffer *line, const uint8_t *id)
{
    buffer_add_byte(line, '"');
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            buffer_add_byte(line, '-');
        add_hex(line, id + i, 1);
    }
    buffer_add_byte(line, '"');
}

static void add_field(struct buffer *line, const struct log_field *field)
{
    if (field->kind == LOG_FIELD_NONE || (field->kind == LOG_FIELD_TRACE && trace_is_none(field->trace)))
        return;
    add_name(line, field->name);
    switch (field->kind) {
    case LOG_FIELD_TEXT:
        add_text(line, field->text);
        break;
    case LOG_FIELD_NUMBER:
        buffer_add_number(line, field->number);
        break;
    case LOG_FIELD_ID:
        add_id(line, field->id);
        break;
    default:
        buffer_add_byte(line, '"');
        add_hex(line, field->trace->trace, sizeof field->trace->trace);
        buffer_add_text(line, "\",\"span\":\"");
        add_hex(line, field->trace->span, sizeof field->trace->span);
        buffer_add_byte(line, '"');
    }
}

/* A line that cannot be written (a full pipe's reader gone) is lost; there is nowhere to say so. */
static void write_line(struct slice line)
{
    while (line.length) {
        ssize_t done = write(STDERR_FILENO, line.at, line.length);
        if (done < 0 && errno != EINTR)
            return;
        if (done > 0)
            line = (struct slice){line.at + done, line.length - (size_t)done};
    }
}

void log_write(enum log_event event, const struct log_field *fields, size_t count)
{
    int64_t dropped;
    if (!may_write(event, &dropped))
        return;
    char room[LINE];
    struct buffer line = {.at = room, .room = sizeof room, .ceiling = sizeof room - 2};
    int saved = errno;
    buffer_add_text(&line, "{\"time\":\"");
    clock_add(&line, clock_now());
    buffer_add_format(&line, "\",\"level\":\"%s\",\"program\":\"%s\",\"event\":\"%s\",\"text\":\"%s\"",
                      level_names[rows[event].level], program, rows[event].name, rows[event].text);
    if (dropped) {
        add_name(&line, "not_shown");
        buffer_add_number(&line, dropped);
    }
    for (size_t i = 0; i < count; i++) {
        size_t before = line.length;
        add_field(&line, &fields[i]);
        if (line.overflowed) { /* this field is too much: leave it out */
            line.length = before;
            line.overflowed = false;
        }
    }
    line.ceiling = sizeof room;
    buffer_add_text(&line, "}\n");
    write_line(buffer_slice(&line));
    static struct series *_Atomic lines[5];
    struct series *series = atomic_load(&lines[rows[event].level]);
    if (!series)
        atomic_store(&lines[rows[event].level],
                     series = metric_series(METRIC_log_lines, level_names[rows[event].level]));
    series_add(series, 1);
    errno = saved;
}

void log_print_manual(struct buffer *buffer)
{
    buffer_add_text(buffer,
                    "# Log events\n\nOne JSON line an event on standard error. Made from `ops/process/logs.def`.\n\n"
                    "| event | level | |\n|---|---|---|\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        buffer_add_format(buffer, "| `%s` | %s | %s |\n", rows[i].name, level_names[rows[i].level], rows[i].text);
}
