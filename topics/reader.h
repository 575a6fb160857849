/* Reading topics in batches from positions that PostgreSQL keeps.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/record.h"

/* A member of a classic consumer group (range). All calls and all hooks are in one thread. */
struct reader;

/* Where reading stands in a partition. */
struct position {
    const char *topic;
    struct id topic_id;
    int32_t partition;
    int32_t leader_epoch; /* of the record before it; -1 if unknown */
    int64_t offset;       /* the next to read */
    int64_t first, end;   /* the log's first offset and its end, as of the assignment */
};

/* What the reader asks and tells; called inside reader_batch() and reader_free() only. */
struct reader_hooks {
    /* These partitions are ours: set offset and leader_epoch of each from storage; where nothing is stored,
     * leave them (offset is first then). False: not now (storage away); asked again every second, meanwhile
     * nothing is read. */
    bool (*assigned)(void *opaque, struct position *positions, size_t count);
    /* These are no longer ours; nothing may be committed for them if `lost`. */
    void (*revoked)(void *opaque, const struct position *positions, size_t count, bool lost);
    void *opaque;
};

/* A batch: records grouped by partition, in order of offset in each. */
struct batch {
    struct record *records;
    size_t count;
    /* For each partition in it, in the same order: where the batch begins, where it ends, and how many
     * records. */
    struct batch_part {
        struct position from; /* offset: what the position was before this batch, so a claim can compare */
        int64_t next;         /* the position after it */
        int32_t next_epoch;
        size_t first, count; /* its records */
    } * parts;
    size_t part_count;
};

enum reader_verdict {
    READER_BATCH,   /* there is a batch */
    READER_NOTHING, /* time passed; go on */
    READER_GAP,     /* the log lacks the stored position, or a topic is not the one it was: stop, for a person */
    READER_BROKEN,  /* fatal inside: free it and make another */
};

/* Joins the group `group` for these topics; names must outlive the reader. */
MUST bool reader_new(const char *group, const char *const *topics, size_t count, const struct reader_hooks *hooks,
                     struct reader **ret_reader, struct problem *problem);

/* Leaves the group (the hook revoked is called) and frees; bounded to a few seconds when Kafka is away. */
void reader_free(struct reader *reader);

/* The next batch: waits up to `milliseconds` for a first record, then for more until the last batch is
 * batch_wait_ms ago, to batch_messages and batch_bytes at most. The batch before it is given back and counts as
 * done. */
enum reader_verdict reader_batch(struct reader *reader, int64_t milliseconds, const struct batch **ret_batch);

/* The transaction of the last batch was rolled back: the next batch begins again at the same positions,
 * after the hook `assigned` was asked anew for them. */
void reader_rewind(struct reader *reader);

/* Nothing more is fetched until resumed, but the group membership lives on: keep calling reader_batch(),
 * which gives READER_NOTHING. For storage that is away. */
void reader_pause(struct reader *reader);
void reader_resume(struct reader *reader);

/* The cluster's id, read once. "" before the first assignment. */
const char *reader_cluster_id(const struct reader *reader);

/* The partitions that are read, with the end of each as last heard of; how many, at most `room`. */
size_t reader_sight(const struct reader *reader, struct position *ret_positions, size_t room);
