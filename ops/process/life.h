/* The life of a process: its start, its signals, whether it is ready, and how it ends.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* Exit codes (those of sysexits.h where it has one). */
enum life_code {
    LIFE_WELL = 0,
    LIFE_FAILED = 1,
    LIFE_STOPPED_BY_GAP = 65, /* a log lacks what a stored position says was there: for a person to judge */
    LIFE_UNAVAILABLE = 69,    /* a part we cannot do without did not answer at the start */
    LIFE_CONFIG = 78,         /* a setting is wrong */
};

/* First thing in main, after config_load(): names the process in logs, takes as many open descriptors as the
 * system allows, turns core dumps off unless the setting core_dumps says otherwise, ignores SIGPIPE, catches
 * SIGTERM and SIGINT, takes the clock file in test mode. */
void life_begin(const char *program);

/* Whether the end was asked for, by a signal or life_end(). Safe in every thread. */
bool life_ending(void);

/* A descriptor that becomes readable, for good, when the end is asked for. Not to be read or closed. */
int life_fd(void);

/* Asks for the end from inside; the first code given wins. Does not itself end anything. */
void life_end(enum life_code code);

/* The code to leave main with: the one given to life_end(), else LIFE_WELL. */
enum life_code life_code(void);

/* Waits so many milliseconds, or less if the end is asked for; true if it is. */
bool life_sleep(int64_t milliseconds);

/* Names the calling thread (at most 15 bytes) and blocks in it the signals that main handles. */
void life_thread(const char *name);

/* A part that must be there before the process is ready: a view caught up, a broker reached. */
struct life_part;

/* A part by that name, not ready yet; the same again for the same name. Lives as long as the process. */
struct life_part *life_part(const char *name) __attribute__((returns_nonnull));

/* Says that the part is ready or not; a change is logged. Safe in every thread. */
void life_part_set(struct life_part *part, bool ready);

/* Whether every part is ready and the end not asked for; the names of those that are not are put into `why`,
 * a JSON array, if that is not NULL. */
bool life_ready(struct buffer *why);
