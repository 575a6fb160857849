/* A command's way into its topic.  SPDX-License-Identifier: Apache-2.0 */
#include "producers/submit.h"

#include <assert.h>

#include "topics/encode.h"

enum { KEY_CEILING = 1024 };

bool submit(struct writer_port *port, const struct submission *submission, struct writer_ticket *ticket,
            struct problem *problem)
{
    const struct declaration *declaration = submission->declaration;
    struct buffer fields = buffer_new(KEY_CEILING);
    char text[ID_TEXT];
    struct slice key = {text, ID_TEXT - 1};
    assert(declaration->kind == A_COMMAND);
    if (declaration->key == KEY_OF_FIELDS) {
        encode_key(&fields, declaration, submission->message);
        key = buffer_slice(&fields);
    } else {
        id_text(declaration->key == KEY_OF_ITSELF ? submission->command : submission->actor, text);
    }
    struct envelope envelope = {
        .id = submission->command,
        .type = slice_of(declaration->name),
        .version = 1,
        .source = SLICE("front"),
        .accepted_ms = submission->accepted_ms,
        .subject = submission->subject,
        .actor = submission->actor,
        .digest = submission->digest,
        .trace = submission->trace,
    };
    struct outgoing outgoing = {.topic = declaration->topic->name, .key = key, .value = submission->body,
                                .envelope = &envelope};
    bool written = writer_write(port, &outgoing, ticket, problem);
    buffer_free(&fields);
    return written;
}
