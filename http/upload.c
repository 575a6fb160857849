/* Uploads on their way into the blob store.  SPDX-License-Identifier: Apache-2.0 */
#include "http/upload.h"

#include "http/hall.h"
#include "http/headers.h"
#include "http/router.h"
#include "http/server.h"
#include "http/token.h"
#include "process/clock.h"
#include "process/config.h"
#include "topics/encode.h"
#include "topics/messages.h"
#include "topics/picture.h"

/* Lives in the exchange's arena; ends with the exchange. */
struct upload {
    struct body_sink sink;
    struct upload_file file; /* without a blob the bytes are dropped, */
    struct problem problem;  /* and this says why, if the caller may be told */
    bool pictures;           /* the route takes pictures: what else such a file holds is not stored */
    struct picture picture;
};

static void store(void *context, struct slice kept)
{
    blob_add(context, kept);
}

static void take(struct body_sink *sink, struct slice piece)
{
    struct upload *upload = (struct upload *)sink;
    if (!upload->file.blob)
        return;
    if (upload->pictures)
        picture_take(&upload->picture, piece);
    else
        blob_add(upload->file.blob, piece);
}

void upload_forget(struct upload_file *file)
{
    if (!file->blob)
        return;
    blob_free(file->blob);
    file->blob = NULL;
    atomic_fetch_sub(&file->front->uploads, 1);
}

static void drop(struct body_sink *sink)
{
    upload_forget(&((struct upload *)sink)->file);
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
    struct front *front = upload->file.front;
    if (atomic_fetch_add(&front->uploads, 1) >= config->uploads)
        (void)problem_say(&upload->problem, PROBLEM_busy, "Too many files are arriving", "正在上传的文件过多");
    else if (blob_new(front->blobs, &upload->file.blob, &upload->problem)) {
        struct picture_limits limits = {config->picture_bytes, config->picture_side_least, config->picture_side_most};
        picture_begin(&upload->picture, limits, store, upload->file.blob);
        return;
    }
    atomic_fetch_sub(&front->uploads, 1);
}

/* All media types of a route are pictures, or none is. */
static bool takes_pictures(const struct declaration *declaration)
{
    static const char prefix[] = "image/";
    return strncmp(declaration->uploads[0], prefix, sizeof prefix - 1) == 0;
}

struct body_sink *upload_begin(struct exchange *exchange, void *context)
{
    struct front *front = context;
    const struct request *request = exchange_request(exchange);
    unsigned allowed;
    if (headers_media_is(request_header(request, HEADER_CONTENT_TYPE), SLICE("application/json")))
        return NULL; /* most requests: no upload is of that type */
    const struct route *route = router_find(front->router, request->method, request->path, &allowed);
    if (!route || !route->declaration || !route->declaration->uploads)
        return NULL;
    struct upload *upload = arena_take(exchange_arena(exchange), sizeof *upload);
    if (!upload)
        return NULL;
    *upload = (struct upload){
        .sink = {take, drop}, .file.front = front, .pictures = takes_pictures(route->declaration)};
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

/* A picture is whole, as it must be, and of the kind that it was said to be. */
static bool picture_fits(struct upload *upload, struct slice media, struct problem *problem)
{
    if (!picture_end(&upload->picture))
        return picture_refuse(&upload->picture, problem);
    return slice_equal(picture_media(upload->picture.kind), media) ||
           problem_say(problem, PROBLEM_unsupported_media_type, "The file is another kind of picture than Content-Type says",
                       "文件的图片格式与所声明的类型不一致");
}

struct upload *upload_of(struct visit *visit, struct digest *ret_digest)
{
    struct upload *upload = (struct upload *)exchange_body_sink(visit->exchange);
    if (!upload || !upload->file.blob) {
        if (upload && upload->problem.code != PROBLEM_none)
            visit->problem = upload->problem;
        else
            (void)problem_say(&visit->problem, PROBLEM_bad_request, "A file is expected", "缺少上传的文件");
        return NULL;
    }
    struct upload_file *file = &upload->file;
    if (upload->pictures && !picture_fits(upload, media_of(visit), &visit->problem))
        return NULL;
    blob_end(file->blob, file->sum, &file->size);
    memcpy(ret_digest->bytes, file->sum, sizeof ret_digest->bytes);
    file->media = media_of(visit);
    return upload;
}

struct upload_file upload_file(struct upload *upload)
{
    struct upload_file file = upload->file;
    upload->file.blob = NULL;
    return file;
}

bool upload_keep(struct upload_file *file, struct buffer *body)
{
    char name[BLOB_NAME];
    struct problem problem;
    problem_none(&problem);
    bool kept = blob_keep(file->blob, &problem);
    upload_forget(file);
    blob_name(file->sum, name);
    struct stored_file stored = {.digest = slice_of(name), .size = file->size, .media = file->media};
    encode(body, stored_file_shape(), &stored);
    return kept;
}
