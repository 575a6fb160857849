/* What handles of Kafka share: settings, log, statistics. Only for this room.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

#include "process/metrics.h"
#include "process/problem.h"
#include "topics/id.h"

#if RD_KAFKA_VERSION < 0x02080000
#error "librdkafka 2.8.0 or later is needed: older ones turn fatal after an ordinary disconnect"
#endif

static inline void kafka_list_free(rd_kafka_topic_partition_list_t **list)
{
    if (*list)
        rd_kafka_topic_partition_list_destroy(*list);
}
#define auto_kafka_list __attribute__((cleanup(kafka_list_free))) rd_kafka_topic_partition_list_t *

/* What a handle is for. */
enum kafka_role { KAFKA_WRITER, KAFKA_READER, KAFKA_VIEW, KAFKA_ADMIN };

/* What is known of the brokers behind a handle; any thread may look. */
struct kafka_watch {
    char name[64]; /* the client.id, "worker-grading" */
    _Atomic enum kafka_reach { KAFKA_UNKNOWN, KAFKA_UP, KAFKA_DOWN } reach;
    _Atomic bool fatal; /* the handle is broken for good */
    _Atomic int64_t heard_us;
    struct series *reachable, *round_trip, *errors;
};

/* Begins a watch by that name, nothing known. */
void kafka_watch_begin(struct kafka_watch *watch, const char *name);

/* Says that a broker answered. */
void kafka_watch_up(struct kafka_watch *watch);

/* Says that a broker kept a message, or that a first one waits from now on. */
void kafka_watch_heard(struct kafka_watch *watch, int64_t now_us);

/* How long nothing was heard: that means something only while messages wait. */
int64_t kafka_watch_silence(const struct kafka_watch *watch, int64_t now_us);

/* Whether no broker answers, as librdkafka says or as messages that wait in vain show: a broker that hangs breaks no
 * connection, and librdkafka takes long to see it. */
bool kafka_watch_away(const struct kafka_watch *watch, int64_t waiting, int64_t now_us);

/* The settings of a handle for that role, from `config` and the facts we know of librdkafka, its log, errors
 * and statistics going to `watch`, which is the member `watch` of the handle's opaque; the caller's until
 * kafka_new() takes them. Ends the process when the library loaded is older than 2.8.0. */
rd_kafka_conf_t *kafka_settings(enum kafka_role role, struct kafka_watch *watch) __attribute__((returns_nonnull));

/* Sets one more; a wrong name or value is a fault of this program or of kafka_options and ends it. */
void kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value);
void kafka_set_number(rd_kafka_conf_t *conf, const char *name, int64_t value);

/* The handle made of the settings, which are taken in either case. */
MUST bool kafka_new(enum kafka_role role, rd_kafka_conf_t *conf, rd_kafka_t **ret_kafka, struct problem *problem);

/* Takes what waits on a handle's queue, where librdkafka gives events instead of calling back; delivery reports of
 * failed messages are dropped. */
void kafka_listen(rd_kafka_t *kafka, rd_kafka_queue_t *queue, struct kafka_watch *watch);

/* Says what Kafka answered while we were `doing` something. Always false. */
bool kafka_problem(struct problem *problem, const char *doing, rd_kafka_resp_err_t error, const char *text);

/* The id of the cluster, at most `room` bytes with the zero. */
MUST bool kafka_cluster_id(rd_kafka_t *kafka, char *ret_cluster, size_t room, struct problem *problem);

/* The ids and numbers of partitions of topics, in the order of the names; a missing topic is a problem. */
MUST bool kafka_describe(rd_kafka_t *kafka, const char *const *names, size_t count, struct id *ret_ids,
                         int32_t *ret_partitions, struct problem *problem);
