/* Metrics: sharded relaxed counters, and their text for Prometheus.  SPDX-License-Identifier: Apache-2.0 */
#include "process/metrics.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process/config.h"
#include "process/life.h"
#include "process/memory.h"

#define SHARDS  4
#define BUCKETS 18

enum kind { COUNTER, GAUGE, HISTOGRAM };
enum unit { COUNT, BYTES, MICROSECONDS };

static const char *const kind_names[] = {"counter", "gauge", "histogram"};
static const char *const unit_names[] = {"count", "bytes", "seconds"};

static const struct row {
    const char *name;
    enum kind kind;
    enum unit unit;
    const char *label, *text;
} rows[] = {
#define METRIC(name, kind, unit, label, text) {#name, kind, unit, #label, text},
#include "process/metrics.def"
#undef METRIC
};

/* The upper ends of a histogram's buckets, ended by 0. */
static const int64_t bounds[][BUCKETS + 1] = {
    [COUNT] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000},
    [BYTES] = {256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216},
    [MICROSECONDS] = {100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000,
                      5000000, 10000000, 30000000, 60000000},
};

/* A thread adds to one shard, so that loops do not fight for a cache line; gauges keep to the first. */
struct shard {
    alignas(64) _Atomic int64_t value;    /* of a histogram: the sum */
    _Atomic int64_t buckets[BUCKETS + 1]; /* the last is beyond all bounds */
};

struct series {
    struct shard shards[SHARDS];
    enum metric metric;
    struct series *next;
    char label[64];
};

static struct series plain[METRICS] = {
#define METRIC(name, kind, unit, label, text) [METRIC_##name] = {.metric = METRIC_##name},
#include "process/metrics.def"
#undef METRIC
};
static struct series *_Atomic labelled[METRICS];
static int held[METRICS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct shard *my_shard(struct series *series)
{
    static _Atomic unsigned threads;
    static _Thread_local unsigned mine;
    if (!mine)
        mine = 1 + atomic_fetch_add(&threads, 1);
    return &series->shards[rows[series->metric].kind == GAUGE ? 0 : mine % SHARDS];
}

static struct series *find(enum metric metric, const char *label)
{
    struct series *series = atomic_load(&labelled[metric]);
    while (series && strncmp(series->label, label, sizeof series->label - 1) != 0)
        series = series->next;
    return series;
}

struct series *metric_series(enum metric metric, const char *label)
{
    if (!label)
        return &plain[metric];
    pthread_mutex_lock(&lock);
    if (held[metric] >= (config ? config->metric_series : 200) && !find(metric, label))
        label = "other";
    struct series *series = find(metric, label);
    if (!series) {
        size_t length = strlen(label);
        series = aligned_alloc(alignof(struct series), sizeof *series);
        if (!series)
            abort();
        memset(series, 0, sizeof *series);
        memcpy(series->label, label, length < sizeof series->label ? length : sizeof series->label - 1);
        series->metric = metric;
        series->next = atomic_load(&labelled[metric]);
        atomic_store(&labelled[metric], series);
        held[metric]++;
    }
    pthread_mutex_unlock(&lock);
    return series;
}

void series_add(struct series *series, int64_t amount)
{
    atomic_fetch_add_explicit(&my_shard(series)->value, amount, memory_order_relaxed);
}

void series_set(struct series *series, int64_t value)
{
    atomic_store_explicit(&series->shards[0].value, value, memory_order_relaxed);
}

void series_observe(struct series *series, int64_t value)
{
    struct shard *shard = my_shard(series);
    const int64_t *bound = bounds[rows[series->metric].unit];
    int bucket = 0;
    while (bound[bucket] && value > bound[bucket])
        bucket++;
    atomic_fetch_add_explicit(&shard->value, value, memory_order_relaxed);
    atomic_fetch_add_explicit(&shard->buckets[bucket], 1, memory_order_relaxed);
}

int64_t series_value(const struct series *series)
{
    int64_t value = 0;
    for (int i = 0; i < SHARDS; i++)
        value += atomic_load_explicit(&series->shards[i].value, memory_order_relaxed);
    return value;
}

void metric_add(enum metric metric, int64_t amount)
{
    series_add(&plain[metric], amount);
}

void metric_set(enum metric metric, int64_t value)
{
    series_set(&plain[metric], value);
}

void metric_observe(enum metric metric, int64_t value)
{
    series_observe(&plain[metric], value);
}

int64_t metric_value(enum metric metric)
{
    return series_value(&plain[metric]);
}

int64_t metric_sum(enum metric metric)
{
    int64_t sum = metric_value(metric);
    for (const struct series *series = atomic_load(&labelled[metric]); series; series = series->next)
        sum += series_value(series);
    return sum;
}

/* A number of the row's unit as Prometheus wants it: seconds for microseconds. */
static void add_value(struct buffer *buffer, const struct row *row, int64_t value)
{
    if (row->unit == MICROSECONDS)
        buffer_add_format(buffer, "%s%lld.%06lld", value < 0 ? "-" : "", llabs(value) / 1000000,
                          llabs(value) % 1000000);
    else
        buffer_add_number(buffer, value);
}

/* "baoting_http_latency_seconds" with what the kind puts behind it. */
static void add_name(struct buffer *buffer, const struct row *row, const char *behind)
{
    buffer_add_format(buffer, "baoting_%s%s%s%s", row->name,
                      row->unit == COUNT   ? ""
                      : row->unit == BYTES ? "_bytes"
                                           : "_seconds",
                      row->kind == COUNTER ? "_total" : "", behind);
}

/* {label="value",le="0.1"} with what there is of it. */
static void add_labels(struct buffer *buffer, const struct series *series, const char *le)
{
    const struct row *row = &rows[series->metric];
    bool labelled_one = series->label[0] != 0;
    if (!labelled_one && !le)
        return;
    buffer_add_byte(buffer, '{');
    if (labelled_one) {
        buffer_add_format(buffer, "%s=", row->label);
        buffer_add_json(buffer, slice_of(series->label));
    }
    if (le)
        buffer_add_format(buffer, "%sle=\"%s\"", labelled_one ? "," : "", le);
    buffer_add_byte(buffer, '}');
}

static void add_histogram(struct buffer *buffer, const struct series *series)
{
    const struct row *row = &rows[series->metric];
    const int64_t *bound = bounds[row->unit];
    int64_t count = 0;
    for (int i = 0; i == 0 || bound[i - 1]; i++) {
        char le[32] = "+Inf";
        for (int shard = 0; shard < SHARDS; shard++)
            count += atomic_load_explicit(&series->shards[shard].buckets[i], memory_order_relaxed);
        if (bound[i] && row->unit == MICROSECONDS)
            snprintf(le, sizeof le, "%g", (double)bound[i] / 1e6);
        else if (bound[i])
            snprintf(le, sizeof le, "%lld", (long long)bound[i]);
        add_name(buffer, row, "_bucket");
        add_labels(buffer, series, le);
        buffer_add_format(buffer, " %lld\n", (long long)count);
    }
    add_name(buffer, row, "_sum");
    add_labels(buffer, series, NULL);
    buffer_add_byte(buffer, ' ');
    add_value(buffer, row, series_value(series));
    buffer_add_byte(buffer, '\n');
    add_name(buffer, row, "_count");
    add_labels(buffer, series, NULL);
    buffer_add_format(buffer, " %lld\n", (long long)count);
}

static void add_series(struct buffer *buffer, const struct series *series)
{
    const struct row *row = &rows[series->metric];
    if (row->kind == HISTOGRAM) {
        add_histogram(buffer, series);
        return;
    }
    add_name(buffer, row, "");
    add_labels(buffer, series, NULL);
    buffer_add_byte(buffer, ' ');
    add_value(buffer, row, series_value(series));
    buffer_add_byte(buffer, '\n');
}

void metrics_process(int64_t *ret_memory, int64_t *ret_cpu_us)
{
    struct rusage usage;
    long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");
    if (statm) {
        if (fscanf(statm, "%*d %ld", &pages) != 1)
            pages = 0;
        fclose(statm);
    }
    getrusage(RUSAGE_SELF, &usage);
    *ret_memory = pages * sysconf(_SC_PAGESIZE);
    *ret_cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) + usage.ru_utime.tv_usec +
                  usage.ru_stime.tv_usec;
}

/* What every process has, under the names that Prometheus' own libraries use. */
static void add_process(struct buffer *buffer)
{
    int64_t memory, cpu;
    metrics_process(&memory, &cpu);
    buffer_add_format(buffer,
                      "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %lld.%06lld\n"
                      "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %lld\n"
                      "# TYPE baoting_ready gauge\nbaoting_ready %d\n",
                      (long long)cpu / 1000000, (long long)cpu % 1000000, (long long)memory,
                      life_ready(NULL));
}

void metrics_print(struct buffer *buffer)
{
    for (int i = 0; i < METRICS; i++) {
        struct series *series = atomic_load(&labelled[i]);
        bool alone = strcmp(rows[i].label, "NONE") == 0;
        if (!alone && !series)
            continue;
        buffer_add_text(buffer, "# HELP ");
        add_name(buffer, &rows[i], "");
        buffer_add_format(buffer, " %s\n# TYPE ", rows[i].text);
        add_name(buffer, &rows[i], "");
        buffer_add_format(buffer, " %s\n", kind_names[rows[i].kind]);
        if (alone)
            add_series(buffer, &plain[i]);
        for (; series; series = series->next)
            add_series(buffer, series);
    }
    add_process(buffer);
}

void metrics_print_manual(struct buffer *buffer)
{
    buffer_add_text(buffer, "# Metrics\n\n`GET /metrics` of the front, each worker and the relay. Made from "
                            "`ops/process/metrics.def`.\n\n"
                            "| metric | kind | unit | label | |\n|---|---|---|---|---|\n");
    for (int i = 0; i < METRICS; i++) {
        bool alone = strcmp(rows[i].label, "NONE") == 0;
        buffer_add_text(buffer, "| `");
        add_name(buffer, &rows[i], "");
        buffer_add_format(buffer, "` | %s | %s | %s | %s |\n", kind_names[rows[i].kind], unit_names[rows[i].unit],
                          alone ? "" : rows[i].label, rows[i].text);
    }
}
