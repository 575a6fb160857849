/* The blob store: sealed files in one folder.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/digest.h"
#include "topics/seal_stream.h"

#define SWEEP_US INT64_C(3600000000)
#define DAY_MS   INT64_C(86400000)
enum { HALF_WRITTEN_S = 3600 * 24, FRESH_NAME = 64 };

struct blobs {
    int folder;
    const struct seal *seal;
    pthread_mutex_t lock; /* a name is given or taken away: never both at once */
    int64_t swept_us;     /* 0: not yet */
};

struct blob {
    struct blobs *blobs;
    struct seal_stream *stream;
    struct digest_sum *digest;
    int fd;
    int fault; /* errno of the first write that failed */
    bool kept;
    int64_t size;
    char fresh[FRESH_NAME]; /* its name until it is kept */
    char name[BLOB_NAME];
    size_t gathered;
    uint8_t piece[SEAL_PIECE], sealed[SEAL_PIECE + SEAL_TAG];
};

static bool say(struct problem *problem, const char *doing, int fault)
{
    return problem_say(problem, PROBLEM_storage_away, "%s: %s", "文件存储（%s）：%s", doing, strerror(fault));
}

bool blobs_new(const char *folder, const struct seal *seal, struct blobs **ret_blobs, struct problem *problem)
{
    int fd = mkdir(folder, 0700) == 0 || errno == EEXIST ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0)
        return say(problem, folder, errno);
    struct blobs *blobs = memory_new(sizeof *blobs);
    blobs->folder = fd;
    blobs->seal = seal;
    pthread_mutex_init(&blobs->lock, NULL);
    *ret_blobs = blobs;
    return true;
}

void blobs_free(struct blobs *blobs)
{
    if (!blobs)
        return;
    close(blobs->folder);
    pthread_mutex_destroy(&blobs->lock);
    free(blobs);
}

void blob_name(const uint8_t sum[static BLOB_SUM], char ret_name[static BLOB_NAME])
{
    struct digest half[2];
    memcpy(half, sum, BLOB_SUM);
    digest_text(half[0], ret_name);
    digest_text(half[1], ret_name + DIGEST_TEXT - 1);
}

bool blob_sum(struct slice name, uint8_t ret_sum[static BLOB_SUM])
{
    struct digest half[2];
    if (name.length != BLOB_NAME - 1 || !digest_parse((struct slice){name.at, DIGEST_TEXT - 1}, &half[0]) ||
        !digest_parse((struct slice){name.at + DIGEST_TEXT - 1, DIGEST_TEXT - 1}, &half[1]))
        return false;
    memcpy(ret_sum, half, BLOB_SUM);
    return true;
}

/* ---- writing ---- */

static void put(struct blob *blob, const uint8_t *bytes, size_t length)
{
    while (length > 0 && !blob->fault) {
        ssize_t written = write(blob->fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            blob->fault = written < 0 ? errno : ENOSPC;
            return;
        }
        bytes += written;
        length -= (size_t)written;
    }
}

static void put_piece(struct blob *blob, bool last)
{
    if (!blob->fault) {
        seal_stream_hide(blob->stream, (struct slice){(const char *)blob->piece, blob->gathered}, last, blob->sealed);
        put(blob, blob->sealed, blob->gathered + SEAL_TAG);
    }
    blob->gathered = 0;
}

bool blob_new(struct blobs *blobs, struct blob **ret_blob, struct problem *problem)
{
    uint8_t head[SEAL_HEAD];
    struct blob *blob = memory_new(sizeof *blob);
    memcpy(blob->fresh, "new-", 4);
    id_text(id_random(), blob->fresh + 4);
    blob->blobs = blobs;
    blob->fd = openat(blobs->folder, blob->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (blob->fd < 0) {
        int fault = errno;
        free(blob);
        return say(problem, "open", fault);
    }
    blob->stream = seal_stream_new(blobs->seal, head);
    blob->digest = digest_sum_new();
    put(blob, head, sizeof head);
    *ret_blob = blob;
    return true;
}

void blob_free(struct blob *blob)
{
    if (!blob)
        return;
    close(blob->fd);
    if (!blob->kept)
        (void)unlinkat(blob->blobs->folder, blob->fresh, 0);
    seal_stream_free(blob->stream);
    digest_sum_free(blob->digest);
    explicit_bzero(blob->piece, sizeof blob->piece);
    free(blob);
}

void blob_add(struct blob *blob, struct slice bytes)
{
    digest_sum_add(blob->digest, bytes);
    blob->size += (int64_t)bytes.length;
    while (bytes.length > 0) {
        if (blob->gathered == SEAL_PIECE)
            put_piece(blob, false);
        size_t room = SEAL_PIECE - blob->gathered, take = bytes.length < room ? bytes.length : room;
        memcpy(blob->piece + blob->gathered, bytes.at, take);
        blob->gathered += take;
        bytes = (struct slice){bytes.at + take, bytes.length - take};
    }
}

void blob_end(struct blob *blob, uint8_t ret_sum[static BLOB_SUM], int64_t *ret_size)
{
    put_piece(blob, true);
    digest_sum_end(blob->digest, ret_sum);
    blob_name(ret_sum, blob->name);
    *ret_size = blob->size;
}

/* The time of the house's clock, which sweeping goes by. */
static int stamp(int fd)
{
    int64_t now = clock_now();
    struct timespec time = {.tv_sec = now / 1000, .tv_nsec = now % 1000 * 1000000};
    struct timespec times[2] = {time, time};
    return futimens(fd, times);
}

static int give_name(struct blob *blob)
{
    struct blobs *blobs = blob->blobs;
    if (stamp(blob->fd) != 0 || fsync(blob->fd) != 0)
        return errno;
    pthread_mutex_lock(&blobs->lock);
    int fault = renameat(blobs->folder, blob->fresh, blobs->folder, blob->name) == 0 ? 0 : errno;
    blob->kept = fault == 0;
    pthread_mutex_unlock(&blobs->lock);
    return fault ? fault : fsync(blobs->folder) == 0 ? 0 : errno;
}

bool blob_keep(struct blob *blob, struct problem *problem)
{
    struct blobs *blobs = blob->blobs;
    int64_t now = clock_monotonic_us();
    if (!blob->fault)
        blob->fault = give_name(blob);
    if (blob->fault) {
        LOG(blob_failed, log_text("detail", strerror(blob->fault)));
        return say(problem, "write", blob->fault);
    }
    pthread_mutex_lock(&blobs->lock);
    bool due = !blobs->swept_us || now - blobs->swept_us > SWEEP_US;
    blobs->swept_us = due ? now : blobs->swept_us;
    pthread_mutex_unlock(&blobs->lock);
    if (due)
        blobs_sweep(blobs, clock_now() - config->blob_days * DAY_MS);
    return true;
}

/* ---- reading ---- */

/* Reads until the room is full or the file ends; -1: errno says why. */
static ssize_t get(int fd, uint8_t *bytes, size_t room)
{
    size_t length = 0;
    while (length < room) {
        ssize_t got = read(fd, bytes + length, room - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    return (ssize_t)length;
}

static bool changed(struct problem *problem)
{
    return problem_say(problem, PROBLEM_poison, "the file is not what was kept", "文件已损坏或被改动");
}

/* Opens piece after piece: the last one is shorter than a whole one, or has nothing behind it. */
static bool read_pieces(int fd, int64_t left, struct seal_stream *stream, struct buffer *buffer, struct problem *problem)
{
    uint8_t *sealed = memory_new(SEAL_PIECE + SEAL_TAG);
    bool well = true;
    do {
        size_t room = left < SEAL_PIECE + SEAL_TAG ? (size_t)left : SEAL_PIECE + SEAL_TAG;
        ssize_t got = get(fd, sealed, room);
        left -= (int64_t)room;
        char *plain = got == (ssize_t)room && room >= SEAL_TAG ? buffer_reserve(buffer, room - SEAL_TAG + 1) : NULL;
        well = plain && seal_stream_show(stream, (struct slice){(const char *)sealed, room}, left == 0, (uint8_t *)plain);
        if (well)
            buffer->length += room - SEAL_TAG;
    } while (well && left > 0);
    free(sealed);
    if (buffer->overflowed)
        return problem_say(problem, PROBLEM_too_large, "the file is larger than upload_bytes", "文件超过允许的大小");
    return well || changed(problem);
}

static bool read_file(const struct blobs *blobs, int fd, struct buffer *buffer, struct problem *problem)
{
    uint8_t head[SEAL_HEAD];
    struct stat about;
    struct seal_stream *stream;
    if (fstat(fd, &about) != 0)
        return say(problem, "read", errno);
    if (about.st_size < SEAL_HEAD + SEAL_TAG || get(fd, head, SEAL_HEAD) != SEAL_HEAD)
        return changed(problem);
    if (!seal_stream_open(blobs->seal, head, &stream, problem))
        return false;
    bool well = read_pieces(fd, about.st_size - SEAL_HEAD, stream, buffer, problem);
    seal_stream_free(stream);
    return well;
}

bool blob_read(const struct blobs *blobs, const uint8_t sum[static BLOB_SUM], struct buffer *buffer,
               struct problem *problem)
{
    char name[BLOB_NAME];
    uint8_t read_sum[BLOB_SUM];
    blob_name(sum, name);
    int fd = openat(blobs->folder, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return problem_say(problem, PROBLEM_poison, "its file %.16s… is not in the blob store",
                           "文件存储中没有其文件 %.16s…", name);
    if (fd < 0)
        return say(problem, "open", errno);
    bool well = read_file(blobs, fd, buffer, problem);
    close(fd);
    if (!well)
        return false;
    digest_sha256(buffer_slice(buffer), read_sum);
    return memcmp(read_sum, sum, BLOB_SUM) == 0 || changed(problem);
}

/* ---- sweeping ---- */

static bool is_over(const struct blobs *blobs, const char *name, int64_t before)
{
    struct stat about;
    uint8_t sum[BLOB_SUM];
    if (fstatat(blobs->folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    if (strncmp(name, "new-", 4) == 0) /* the kernel's stamp, by the kernel's clock */
        return time(NULL) - about.st_mtim.tv_sec > HALF_WRITTEN_S;
    return blob_sum(slice_of(name), sum) && about.st_mtim.tv_sec * 1000 < before;
}

void blobs_sweep(struct blobs *blobs, int64_t before)
{
    int64_t gone = 0;
    int fd = openat(blobs->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        pthread_mutex_lock(&blobs->lock);
        if (is_over(blobs, entry->d_name, before) && unlinkat(blobs->folder, entry->d_name, 0) == 0)
            gone++;
        pthread_mutex_unlock(&blobs->lock);
    }
    closedir(folder);
    if (gone)
        LOG(blobs_swept, log_number("files", gone));
}
