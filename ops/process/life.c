/* Signals, readiness and the end of a process.  SPDX-License-Identifier: Apache-2.0 */
#include "process/life.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0 /* a sanitizer's leak check traces the process, which dumpable off forbids */
#endif

struct life_part {
    struct life_part *next;
    _Atomic bool ready;
    char name[];
};

static _Atomic bool ending;
static _Atomic int code = -1;
static _Atomic int descriptor = -1;
static struct life_part *_Atomic parts;
static pthread_mutex_t parts_lock = PTHREAD_MUTEX_INITIALIZER;

int life_fd(void)
{
    int fd = atomic_load(&descriptor), none = -1;
    if (fd >= 0)
        return fd;
    fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        abort();
    if (!atomic_compare_exchange_strong(&descriptor, &none, fd)) {
        close(fd);
        return none;
    }
    return fd;
}

/* Async-signal-safe. */
static void ask(void)
{
    uint64_t one = 1;
    int saved = errno;
    atomic_store(&ending, true);
    if (write(life_fd(), &one, sizeof one) < 0 && errno != EAGAIN)
        abort();
    errno = saved;
}

static void on_signal(int number)
{
    (void)number;
    ask();
}

bool life_ending(void)
{
    return atomic_load_explicit(&ending, memory_order_relaxed);
}

void life_end(enum life_code reason)
{
    int none = -1;
    atomic_compare_exchange_strong(&code, &none, (int)reason);
    ask();
}

enum life_code life_code(void)
{
    int given = atomic_load(&code);
    return given < 0 ? LIFE_WELL : (enum life_code)given;
}

bool life_sleep(int64_t milliseconds)
{
    int64_t end = clock_monotonic_us() + milliseconds * 1000;
    while (!life_ending()) {
        int64_t left = (end - clock_monotonic_us() + 999) / 1000;
        if (left <= 0)
            return false;
        struct pollfd end_asked = {.fd = life_fd(), .events = POLLIN};
        poll(&end_asked, 1, left > INT32_MAX ? INT32_MAX : (int)left);
    }
    return true;
}

static void caught_signals(sigset_t *ret_set)
{
    sigemptyset(ret_set);
    sigaddset(ret_set, SIGTERM);
    sigaddset(ret_set, SIGINT);
}

void life_thread(const char *name)
{
    char short_name[16] = "";
    sigset_t set;
    size_t length = strlen(name);
    memcpy(short_name, name, length < 15 ? length : 15);
    prctl(PR_SET_NAME, short_name);
    caught_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* Core files and debuggers would show personal data. */
static void forbid_looking_inside(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (!WATCHED)
        prctl(PR_SET_DUMPABLE, 0);
}

/* A connection is a descriptor: as many as the system lets us have. */
static void raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void life_begin(const char *program)
{
    log_program(program);
    life_fd();
    umask(077);
    raise_descriptors();
    if (!config->core_dumps)
        forbid_looking_inside();
    struct sigaction ignore = {.sa_handler = SIG_IGN}, catch = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGTERM, &catch, NULL);
    sigaction(SIGINT, &catch, NULL);
    if (config->clock_file[0]) {
        if (!config->test_mode || !clock_shift_by(config->clock_file)) {
            LOG(setting_wrong, log_text("setting", "BAOTING_CLOCK_FILE"),
                log_text("detail", config->test_mode ? "the file cannot be mapped" : "is for test_mode only"));
            exit(LIFE_CONFIG);
        }
        LOG(clock_shifted, log_text("file", config->clock_file));
    }
    LOG(starting, log_number("pid", getpid()));
}

static struct life_part *find(const char *name)
{
    struct life_part *part = atomic_load(&parts);
    while (part && strcmp(part->name, name) != 0)
        part = part->next;
    return part;
}

struct life_part *life_part(const char *name)
{
    pthread_mutex_lock(&parts_lock);
    struct life_part *part = find(name);
    if (!part) {
        size_t length = strlen(name) + 1;
        part = memory_new(sizeof *part + length);
        memcpy(part->name, name, length);
        part->next = atomic_load(&parts);
        atomic_store(&parts, part);
    }
    pthread_mutex_unlock(&parts_lock);
    return part;
}

void life_part_set(struct life_part *part, bool ready)
{
    if (atomic_exchange(&part->ready, ready) == ready)
        return;
    if (ready)
        LOG(part_ready, log_text("part", part->name));
    else
        LOG(part_lost, log_text("part", part->name));
}

bool life_ready(struct buffer *why)
{
    bool all = !life_ending(), first = true;
    if (why)
        buffer_add_byte(why, '[');
    for (struct life_part *part = atomic_load(&parts); part; part = part->next) {
        if (atomic_load(&part->ready))
            continue;
        all = false;
        if (!why)
            continue;
        if (!first)
            buffer_add_byte(why, ',');
        buffer_add_json(why, slice_of(part->name));
        first = false;
    }
    if (why)
        buffer_add_byte(why, ']');
    return all;
}
