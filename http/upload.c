/* Uploads on their way into the blob store.  SPDX-License-Identifier: Apache-2.0 */
#include "http/upload.h"

#include "http/hall.h"
#include "http/headers.h"
#include "http/router.h"
#include "http/server.h"
#include "http/token.h"
#include "process/clock.h"
#include "process/config.h"
#include "topics/blob.h"
#include "topics/encode.h"
#include "topics/messages.h"

/* Lives in the exchange's arena; ends with the exchange. */
struct upload {
    struct body_sink sink;
    struct front *front;
    struct blob *blob;      /* NULL: the bytes are dropped, */
    struct problem problem; /* and this says why, if the caller may be told */
    struct slice media;
    uint8_t sum[BLOB_SUM];
    int64_t size;
};

static void take(struct body_sink *sink, struct slice piece)
{
    struct upload *upload = (struct upload *)sink;
    if (upload->blob)
        blob_add(upload->blob, piece);
}

static void drop(struct body_sink *sink)
{
    struct upload *upload = (struct upload *)sink;
    if (!upload->blob)
        return;
    blob_free(upload->blob);
    atomic_fetch_sub(&upload->front->uploads, 1);
}

static bool signed_in(struct exchange *exchange, struct front *front)
{
    struct hall *hall = front->halls[loop_index(exchange_loop(exchange))];
    struct slice text;
    struct token token;
    return headers_bearer(request_header(exchange_request(exchange), HEADER_AUTHORIZATION), &text) &&
           token_cache_verify(hall->tokens, front->token_keys, text, clock_now(), &token) &&
           accounts_hold(front->accounts, token.account, token.issued_ms);
}

static void begin_blob(struct upload *upload)
{
    struct front *front = upload->front;
    if (atomic_fetch_add(&front->uploads, 1) >= config->uploads)
        (void)problem_say(&upload->problem, PROBLEM_busy, "Too many files are arriving", "正在上传的文件过多");
    else if (blob_new(front->blobs, &upload->blob, &upload->problem))
        return;
    upload->blob = NULL;
    atomic_fetch_sub(&front->uploads, 1);
}

struct body_sink *upload_begin(struct exchange *exchange, void *context)
{
    struct front *front = context;
    const struct request *request = exchange_request(exchange);
    unsigned allowed;
    const struct route *route = router_find(front->router, request->method, request->path, &allowed);
    if (!route || !route->declaration || !route->declaration->uploads)
        return NULL;
    struct upload *upload = arena_take(exchange_arena(exchange), sizeof *upload);
    if (!upload)
        return NULL;
    *upload = (struct upload){.sink = {take, drop}, .front = front};
    if (signed_in(exchange, front))
        begin_blob(upload);
    else
        (void)problem_say(&upload->problem, PROBLEM_busy, "You were not known yet when the file began to arrive",
                          "文件开始上传时账号尚未同步");
    return &upload->sink;
}

/* The declared name of the body's media type. */
static struct slice media_of(const struct visit *visit)
{
    struct slice type = request_header(visit->request, HEADER_CONTENT_TYPE);
    const char *const *media = visit->declaration->uploads;
    while (*media && !headers_media_is(type, slice_of(*media)))
        media++;
    return slice_of(*media);
}

struct upload *upload_of(struct visit *visit, struct digest *ret_digest)
{
    struct upload *upload = (struct upload *)exchange_body_sink(visit->exchange);
    if (!upload || !upload->blob) {
        if (upload && upload->problem.code != PROBLEM_none)
            visit->problem = upload->problem;
        else
            (void)problem_say(&visit->problem, PROBLEM_bad_request, "A file is expected", "缺少上传的文件");
        return NULL;
    }
    blob_end(upload->blob, upload->sum, &upload->size);
    memcpy(ret_digest->bytes, upload->sum, sizeof ret_digest->bytes);
    upload->media = media_of(visit);
    return upload;
}

bool upload_keep(struct upload *upload, struct buffer *body)
{
    char name[BLOB_NAME];
    if (!blob_keep(upload->blob, &upload->problem))
        return false;
    blob_name(upload->sum, name);
    struct stored_file file = {.digest = slice_of(name), .size = upload->size, .media = upload->media};
    encode(body, stored_file_shape(), &file);
    return true;
}
