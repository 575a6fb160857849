/* Files in a sorted table, each with its codings and their tags.  SPDX-License-Identifier: Apache-2.0 */
#include "http/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/hall.h"
#include "http/negotiate.h"
#include "http/router.h"
#include "http/target.h"
#include "http/visit.h"
#include "process/config.h"
#include "process/memory.h"
#include "topics/digest.h"

enum { DEPTH_MOST = 8, PATH_MOST = 1024, TAG_BYTES = 40 };

static const char *const clients[] = {"/phone", "/console", "/screen"};
static const char *const endings[CODING_COUNT] = {".br", ".gz", ""};

struct variant {
    struct slice bytes;
    char tag[TAG_BYTES]; /* with its quotes */
};

struct file {
    char *path; /* "/phone/index.html" */
    struct slice type;
    bool lasting; /* its name changes with its content */
    unsigned offered;
    struct variant variants[CODING_COUNT];
};

struct files {
    struct file *files; /* sorted by path */
    size_t count, bytes;
};

static struct slice type_of(const char *path)
{
    static const struct {
        const char *extension;
        struct slice type;
    } types[] = {{".html", SLICE("text/html; charset=utf-8")}, {".js", SLICE("text/javascript; charset=utf-8")},
                 {".css", SLICE("text/css; charset=utf-8")},   {".svg", SLICE("image/svg+xml")},
                 {".png", SLICE("image/png")},                 {".webmanifest", SLICE("application/manifest+json")},
                 {".json", SLICE("application/json")},         {".woff2", SLICE("font/woff2")}};
    const char *extension = strrchr(path, '.');
    for (size_t i = 0; extension && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(extension, types[i].extension) == 0)
            return types[i].type;
    return SLICE("application/octet-stream");
}

static bool fault_of(struct problem *problem, const char *path, const char *what)
{
    return problem_say(problem, PROBLEM_internal, "The web folder's %s %s", "网页目录的 %s %s", path, what);
}

/* The whole of a file into memory. */
static bool read_whole(struct files *files, const char *path, size_t size, struct slice *ret_bytes, struct problem *problem)
{
    if (files->bytes + size > (size_t)config->web_bytes)
        return fault_of(problem, path, "passes the setting web_bytes");
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fault_of(problem, path, strerror(errno));
    char *bytes = memory_new(size + 1);
    size_t length = 0;
    ssize_t got = 1;
    while (length < size && (got = read(descriptor, bytes + length, size - length)) > 0)
        length += (size_t)got;
    close(descriptor);
    if (length < size) {
        free(bytes);
        return fault_of(problem, path, got < 0 ? strerror(errno) : "is shorter than it was");
    }
    files->bytes += size;
    *ret_bytes = (struct slice){bytes, size};
    return true;
}

static bool add_file(struct files *files, const char *full, const char *path, size_t size, struct problem *problem)
{
    if (files->count == (size_t)config->web_files)
        return fault_of(problem, path, "is one file more than the setting web_files");
    struct file file = {.type = type_of(path), .lasting = strstr(path, "/assets/") != NULL};
    struct slice bytes;
    if (!read_whole(files, full, size, &bytes, problem))
        return false;
    enum coding coding = CODING_IDENTITY;
    size_t length = strlen(path);
    for (int i = 0; i < CODING_IDENTITY; i++)
        if (length > 3 && strcmp(path + length - 3, endings[i]) == 0)
            coding = (enum coding)i;
    char digest[DIGEST_TEXT];
    digest_text(digest_of(bytes), digest);
    file.path = memory_copy(path, length);
    file.variants[coding].bytes = bytes;
    file.offered = 1u << coding;
    snprintf(file.variants[coding].tag, TAG_BYTES, "\"%.32s%s\"", digest, endings[coding]);
    files->files = memory_resize(files->files, (files->count + 1) * sizeof file);
    files->files[files->count++] = file;
    return true;
}

/* Adds what stands in a folder; `path` is where it is served, "" for the top. */
static bool add_folder(struct files *files, const char *folder, const char *path, int depth, struct problem *problem)
{
    DIR *opened = opendir(folder);
    bool good = true;
    if (!opened)
        return errno == ENOENT && depth == 0 ? true : fault_of(problem, folder, strerror(errno));
    for (struct dirent *entry; good && (entry = readdir(opened));) {
        char full[PATH_MOST], served[PATH_MOST];
        struct stat status;
        if (entry->d_name[0] == '.')
            continue;
        if ((size_t)snprintf(full, sizeof full, "%s/%s", folder, entry->d_name) >= sizeof full ||
            (size_t)snprintf(served, sizeof served, "%s/%s", path, entry->d_name) >= sizeof served || depth == DEPTH_MOST)
            good = fault_of(problem, entry->d_name, "lies too deep");
        else if (stat(full, &status))
            good = fault_of(problem, full, strerror(errno));
        else if (S_ISDIR(status.st_mode))
            good = add_folder(files, full, served, depth + 1, problem);
        else
            good = add_file(files, full, served, (size_t)status.st_size, problem);
    }
    closedir(opened);
    return good;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct file *)left)->path, ((const struct file *)right)->path);
}

static struct file *find(const struct files *files, const char *path)
{
    struct file key = {.path = (char *)(uintptr_t)path};
    return files->count ? bsearch(&key, files->files, files->count, sizeof key, by_path) : NULL;
}

/* Takes a coding from the row in which it was read, if the file gets smaller by it. */
static void claim(struct file *file, struct file *row, enum coding coding)
{
    if (!row || row->variants[coding].bytes.length >= file->variants[CODING_IDENTITY].bytes.length)
        return;
    file->variants[coding] = row->variants[coding];
    file->offered |= 1u << coding;
    row->variants[coding] = (struct variant){0};
}

static void file_free(struct file *file)
{
    for (int coding = 0; coding < CODING_COUNT; coding++)
        free((char *)(uintptr_t)file->variants[coding].bytes.at);
    free(file->path);
}

/* Gives each file the codings that stand beside it. Their rows leave the table: nobody can ask for one by its name. */
static void join(struct files *files)
{
    size_t kept = 0;
    qsort(files->files, files->count, sizeof *files->files, by_path);
    for (size_t i = 0; i < files->count; i++) {
        struct file *file = &files->files[i];
        for (int coding = 0; file->variants[CODING_IDENTITY].bytes.at && coding < CODING_IDENTITY; coding++) {
            char path[PATH_MOST];
            snprintf(path, sizeof path, "%s%s", file->path, endings[coding]);
            claim(file, find(files, path), (enum coding)coding);
        }
    }
    for (size_t i = 0; i < files->count; i++) {
        if (files->files[i].variants[CODING_IDENTITY].bytes.at)
            files->files[kept++] = files->files[i];
        else
            file_free(&files->files[i]);
    }
    files->count = kept;
}

bool files_new(const char *folder, struct files **ret_files, struct problem *problem)
{
    struct files *files = memory_new(sizeof *files);
    *ret_files = files;
    if (folder[0] && !add_folder(files, folder, "", 0, problem))
        return false;
    if (files->count)
        join(files);
    return true;
}

void files_free(struct files *files)
{
    if (!files)
        return;
    for (size_t i = 0; i < files->count; i++)
        file_free(&files->files[i]);
    free(files->files);
    free(files);
}

/* The lines that every page and file carries: nothing of another origin, nothing inline, framed by nobody. */
void files_protect(struct buffer *headers)
{
    response_header(headers, "Content-Security-Policy",
                    SLICE("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
                          "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
                          "form-action 'none'; frame-ancestors 'none'"));
    response_header(headers, "Referrer-Policy", SLICE("no-referrer"));
    response_header(headers, "Permissions-Policy", SLICE("camera=(), microphone=(), geolocation=(), payment=(), usb=()"));
    response_header(headers, "Cross-Origin-Opener-Policy", SLICE("same-origin"));
    response_header(headers, "Cross-Origin-Resource-Policy", SLICE("same-origin"));
    if (config->tls_certificate[0])
        response_header(headers, "Strict-Transport-Security", SLICE("max-age=31536000"));
}

static void answer_with(struct visit *visit, struct response *response)
{
    struct buffer *headers = &visit->hall->headers;
    files_protect(headers);
    response->headers = buffer_slice(headers);
    response->cacheable = true;
    visit_count(visit, response->status);
    exchange_answer(visit->exchange, response);
    buffer_empty(headers);
}

static void redirect(struct visit *visit, struct slice where, struct slice vary)
{
    struct buffer *headers = &visit->hall->headers;
    struct response response = {.status = 302};
    response_header(headers, "Location", where);
    response_header(headers, "Cache-Control", SLICE("no-cache"));
    if (vary.at)
        response_header(headers, "Vary", vary);
    answer_with(visit, &response);
}

/* The part that is asked for, if the tag that If-Range names is still this one's. */
static enum part_asked part_of(const struct request *request, const struct variant *variant, struct part *ret_part)
{
    struct slice only_if = request_header(request, HEADER_IF_RANGE);
    if (request->method != METHOD_GET || (only_if.at && !slice_equal(only_if, slice_of(variant->tag))))
        return PART_NONE;
    return negotiate_part(request_header(request, HEADER_RANGE), variant->bytes.length, ret_part);
}

/* Of a file nothing is said but how long the coding is that would have been sent. */
static void refuse_part(struct visit *visit, size_t size)
{
    struct buffer *headers = &visit->hall->headers;
    char range[80];
    snprintf(range, sizeof range, "bytes */%zu", size);
    response_header(headers, "Content-Range", slice_of(range));
    response_header(headers, "Vary", SLICE("Accept-Encoding"));
    files_protect(headers);
    visit_refuse_as(visit, PROBLEM_range_not_satisfiable, "The range begins behind the file's end",
                    "所请求的范围超出文件末尾");
}

static void answer_file(struct visit *visit, const struct file *file)
{
    static const char *const codings[] = {"br", "gzip"};
    const struct request *request = visit->request;
    struct buffer *headers = &visit->hall->headers;
    enum coding coding = negotiate_coding(request_header(request, HEADER_ACCEPT_ENCODING), file->offered);
    const struct variant *variant = &file->variants[coding];
    struct part part = {0, variant->bytes.length};
    struct response response = {.status = 200, .content_type = file->type, .body_stays = true};
    bool held = negotiate_has(request_header(request, HEADER_IF_NONE_MATCH), slice_of(variant->tag));
    enum part_asked asked = held ? PART_NONE : part_of(request, variant, &part);
    if (asked == PART_BEYOND) {
        refuse_part(visit, variant->bytes.length);
        return;
    }
    response_header(headers, "ETag", slice_of(variant->tag));
    response_header(headers, "Cache-Control",
                    file->lasting ? SLICE("public, max-age=31536000, immutable") : SLICE("no-cache"));
    response_header(headers, "Vary", SLICE("Accept-Encoding"));
    response_header(headers, "Accept-Ranges", SLICE("bytes"));
    if (coding != CODING_IDENTITY)
        response_header(headers, "Content-Encoding", slice_of(codings[coding]));
    if (held)
        response.status = 304;
    else
        response.body = (struct slice){variant->bytes.at + part.first, part.length};
    if (asked == PART_ONE) {
        char range[80];
        snprintf(range, sizeof range, "bytes %zu-%zu/%zu", part.first, part.first + part.length - 1,
                 variant->bytes.length);
        response_header(headers, "Content-Range", slice_of(range));
        response.status = 206;
    }
    answer_with(visit, &response);
}

/* Whether a decoded segment is a name: it leads nowhere else, whatever reads it. */
static bool is_name(struct slice segment)
{
    for (size_t i = 0; i < segment.length; i++) {
        unsigned char byte = (unsigned char)segment.at[i];
        if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\')
            return false;
    }
    return !slice_equal(segment, SLICE(".")) && !slice_equal(segment, SLICE(".."));
}

/* The path with its segments decoded. PROBLEM_bad_request: a coding is bad; PROBLEM_not_found: a segment is no name. */
static enum problem_code names_of(const struct visit *visit, char ret_path[PATH_MOST])
{
    struct slice rest = visit->request->path;
    size_t length = 0;
    while (rest.length) {
        const char *slash = memchr(rest.at + 1, '/', rest.length - 1);
        size_t taken = slash ? (size_t)(slash - rest.at) : rest.length;
        struct slice segment;
        if (!request_decode((struct slice){rest.at + 1, taken - 1}, false, visit->arena, &segment))
            return PROBLEM_bad_request;
        if (!is_name(segment) || length + 1 + segment.length >= PATH_MOST)
            return PROBLEM_not_found;
        ret_path[length++] = '/';
        memcpy(ret_path + length, segment.at, segment.length);
        length += segment.length;
        rest = (struct slice){rest.at + taken, rest.length - taken};
    }
    ret_path[length] = 0;
    return PROBLEM_none;
}

/* The page of the client under which the path lies, if the path is a deep link: its last name has no extension. */
static const struct file *page_of(const struct files *files, const char *path)
{
    char name[PATH_MOST];
    const char *end = strchr(path + 1, '/');
    size_t length = end ? (size_t)(end - path) : 0;
    if (!end || strchr(strrchr(path, '/'), '.'))
        return NULL;
    snprintf(name, sizeof name, "%.*s/index.html", (int)length, path);
    return find(files, name);
}

static void answer_client(struct visit *visit)
{
    const struct files *files = visit->front->files;
    char path[PATH_MOST];
    enum problem_code fault = names_of(visit, path);
    const struct file *file = fault == PROBLEM_none ? find(files, path) : NULL;
    if (fault == PROBLEM_none && !file)
        file = page_of(files, path);
    if (file) {
        answer_file(visit, file);
        return;
    }
    files_protect(&visit->hall->headers);
    if (fault == PROBLEM_bad_request)
        visit_refuse_as(visit, fault, "The path's percent-coding is wrong", "路径的百分号编码有误");
    else if (files->count == 0)
        visit_refuse_as(visit, PROBLEM_not_found, "The web clients are not built: see ops/run", "网页尚未构建，请运行 ops/run");
    else
        visit_refuse_as(visit, PROBLEM_not_found, "There is nothing at this path", "该路径下没有内容");
}

/* A client's name without the slash behind which its pages lie. */
static void answer_name(struct visit *visit)
{
    struct slice path = visit->request->path;
    struct buffer where = buffer_new(PATH_MOST);
    buffer_add_slice(&where, path);
    buffer_add_byte(&where, '/');
    redirect(visit, buffer_slice(&where), (struct slice){NULL, 0});
    buffer_free(&where);
}

static void answer_door(struct visit *visit)
{
    const struct request *request = visit->request;
    bool hand = negotiate_hand_held(request_header(request, HEADER_SEC_CH_UA_MOBILE),
                                    request_header(request, HEADER_USER_AGENT));
    bool desk = find(visit->front->files, "/console/index.html") != NULL;
    redirect(visit, hand || !desk ? SLICE("/phone/") : SLICE("/console/"), SLICE("Sec-CH-UA-Mobile, User-Agent"));
}

void files_offer(struct front *front)
{
    router_add(front->router, "/", answer_door);
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        router_add(front->router, clients[i], answer_name);
        router_add_under(front->router, clients[i], answer_client);
    }
}
