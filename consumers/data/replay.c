/* Sending a parked message again.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "process/config.h"
#include "process/log.h"

enum verdict message_replay_decide(struct work *work, const struct message_replay *command);

enum verdict message_replay_decide(struct work *work, const struct message_replay *command)
{
    auto_rows *rows = NULL;
    struct buffer plain = buffer_new((size_t)config->message_bytes);
    if (!parked_find(work->connection, command->message.bytes, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, not_found, "There is no such parked message", "没有这条搁置的消息");
    if (row_text(rows, 0, PARKED_HEADERS).length == 0)
        return work_reject(work, conflict, "It was too large to be kept", "该消息过大，内容未予保留");
    bool tombstone = row_null(rows, 0, PARKED_SEALED);
    if (!tombstone && !seal_show(work->gathering->seal, command->message, "parked", row_text(rows, 0, PARKED_SEALED),
                                 &plain, &work->problem)) {
        buffer_free(&plain);
        return REJECTED;
    }
    if (plain.overflowed) {
        buffer_free(&plain);
        return work_reject(work, conflict, "It is larger than a message may be", "该消息超出允许的大小");
    }
    struct slice topic = row_text(rows, 0, PARKED_TOPIC);
    const struct topic *declared = catalogue_topic(topic);
    if (declared)
        work_send_again(work, declared->name, row_text(rows, 0, PARKED_KEY), row_text(rows, 0, PARKED_HEADERS),
                        tombstone ? (struct slice){NULL, 0} : buffer_slice(&plain));
    buffer_free(&plain);
    if (!declared)
        return work_reject(work, conflict, "Its topic is not declared any more", "其主题已不再声明");
    LOG(replayed, log_id("entry", command->message.bytes));
    return parked_replayed(work->connection, command->message.bytes, work->accepted, work->envelope->id.bytes) ? APPLIED
                                                                                                              : FAILED;
}
