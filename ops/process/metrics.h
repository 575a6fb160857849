/* Numbers of this process for Prometheus, each a row of metrics.def.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

enum metric {
#define METRIC(name, kind, unit, label, text) METRIC_##name,
#include "process/metrics.def"
#undef METRIC
    METRICS
};

/* One line of a metric: the metric without a label, or with one value of its label. Lives as long as the
 * process. */
struct series;

/* The series of the metric with that value of its label (NULL: the one without), made at the first call and
 * the same ever after; a metric past `metric_series` values gives its series "other". Takes a lock: keep the
 * pointer. */
struct series *metric_series(enum metric metric, const char *label) __attribute__((returns_nonnull));

/* Adds to a counter or gauge; relaxed atomics, safe in every thread. */
void series_add(struct series *series, int64_t amount);

/* Sets a gauge. */
void series_set(struct series *series, int64_t value);

/* Counts a value into a histogram: microseconds, bytes or a count, as the row's unit says. */
void series_observe(struct series *series, int64_t value);

/* The same for the series without a label; no lock, no look-up. */
void metric_add(enum metric metric, int64_t amount);
void metric_set(enum metric metric, int64_t value);
void metric_observe(enum metric metric, int64_t value);

/* What a gauge or counter stands at (for tests and for readiness). */
int64_t series_value(const struct series *series);
int64_t metric_value(enum metric metric);

/* The sum over all values of its label. */
int64_t metric_sum(enum metric metric);

/* What this process takes: resident memory in bytes, processor time so far in microseconds. */
void metrics_process(int64_t *ret_memory, int64_t *ret_cpu_us);

/* All metrics in Prometheus' text format, times in seconds, with this process's CPU seconds and resident
 * memory. */
void metrics_print(struct buffer *buffer);

/* Starts the thread that answers GET /metrics, /healthz and /readyz on address:port, one connection at a
 * time; for programs that are no HTTP server. False, with a logged reason, when the port cannot be had. */
MUST bool metrics_serve(const char *address, int port);

/* Ends that thread and waits for it; nothing if it was never started. */
void metrics_stop(void);

/* The reference page of all metrics (Markdown, docs/metrics.md), made from the rows. */
void metrics_print_manual(struct buffer *buffer);
