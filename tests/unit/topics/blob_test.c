/* The blob store: kept to the byte in any cuts, sealed, found changed, swept by age.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/memory.h"
#include "topics/blob.h"
#include "topics/digest.h"
#include "topics/seal_stream.h"

static char folder[64];
static struct seal *seal;
static struct blobs *blobs;

static int begin(void **state)
{
    struct problem problem;
    char path[80];
    (void)state;
    problem_none(&problem);
    strcpy(folder, "blobs-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s.key", folder);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    dprintf(fd, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    close(fd);
    setenv("BAOTING_KAFKA_BROKERS", "nowhere:1", 1);
    setenv("BAOTING_LOG_LEVEL", "alarm", 1);
    config_load(CONFIG_CATALOGUE);
    bool well = seal_new(path, &seal, &problem) && blobs_new(folder, seal, &blobs, &problem);
    unlink(path);
    return well ? 0 : -1;
}

static int count_files(void)
{
    int count = 0;
    DIR *opened = opendir(folder);
    for (struct dirent *entry; (entry = readdir(opened));)
        count += entry->d_name[0] != '.';
    closedir(opened);
    return count;
}

static int end(void **state)
{
    char command[100];
    (void)state;
    blobs_free(blobs);
    seal_free(seal);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

/* Keeps the bytes, added in cuts of `cut`; its path. */
static char *keep(struct slice bytes, size_t cut, uint8_t ret_sum[BLOB_SUM])
{
    static char path[160];
    char name[BLOB_NAME];
    struct problem problem;
    struct blob *blob;
    int64_t size;
    problem_none(&problem);
    assert_true(blob_new(blobs, &blob, &problem));
    for (size_t at = 0; at < bytes.length; at += cut)
        blob_add(blob, (struct slice){bytes.at + at, bytes.length - at < cut ? bytes.length - at : cut});
    blob_end(blob, ret_sum, &size);
    assert_int_equal(size, bytes.length);
    assert_true(blob_keep(blob, &problem));
    blob_free(blob);
    blob_name(ret_sum, name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* What reading gives; the problem's code. */
static enum problem_code read_as(const uint8_t *sum, struct slice expected, size_t ceiling)
{
    struct buffer read = buffer_new(ceiling);
    struct problem problem;
    problem_none(&problem);
    bool well = blob_read(blobs, sum, &read, &problem);
    assert_true(well == (problem.code == PROBLEM_none));
    if (well)
        assert_true(slice_equal(buffer_slice(&read), expected));
    buffer_free(&read);
    return problem.code;
}

static char *noise(size_t length)
{
    char *bytes = memory_new(length + 1);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    return bytes;
}

static void kept_to_the_byte(void **state)
{
    static const size_t lengths[] = {0, 1, SEAL_PIECE - 1, SEAL_PIECE, SEAL_PIECE + 1, 3 * SEAL_PIECE, 300001};
    uint8_t sum[BLOB_SUM], same[BLOB_SUM];
    char *bytes = noise(300001);
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t cut = 1; cut < 1000000; cut = cut * 37 + 1) {
            struct slice text = {bytes, lengths[i]};
            struct stat about;
            assert_int_equal(stat(keep(text, cut, sum), &about), 0);
            digest_sha256(text, same);
            assert_memory_equal(sum, same, BLOB_SUM);
            size_t pieces = lengths[i] ? (lengths[i] + SEAL_PIECE - 1) / SEAL_PIECE : 1;
            assert_int_equal(about.st_size, SEAL_HEAD + lengths[i] + pieces * SEAL_TAG);
            assert_int_equal(about.st_mode & 0777, 0600);
            assert_int_equal(read_as(sum, text, lengths[i] + 1), PROBLEM_none);
            if (lengths[i] > 1)
                assert_int_equal(read_as(sum, text, lengths[i] - 1), PROBLEM_too_large);
        }
    free(bytes);
}

static void changed_is_found(void **state)
{
    uint8_t sum[BLOB_SUM];
    char *bytes = noise(200000);
    struct slice text = {bytes, 200000};
    (void)state;
    const char *path = keep(text, 1000, sum);
    off_t size = SEAL_HEAD + 200000 + 4 * SEAL_TAG;
    for (off_t at = 0; at < size; at += at < SEAL_HEAD ? 1 : 9973) {
        uint8_t byte;
        int fd = open(path, O_RDWR);
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte ^= 4;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        assert_int_not_equal(read_as(sum, text, 300000), PROBLEM_none);
        byte ^= 4;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        close(fd);
    }
    assert_int_equal(read_as(sum, text, 300000), PROBLEM_none);
    static const off_t cuts[] = {0, SEAL_HEAD, SEAL_HEAD + 5, SEAL_HEAD + SEAL_PIECE + SEAL_TAG,
                                 SEAL_HEAD + 3 * (SEAL_PIECE + SEAL_TAG), SEAL_HEAD + 200000};
    for (size_t i = sizeof cuts / sizeof *cuts; i-- > 0;) {
        assert_int_equal(truncate(path, cuts[i]), 0);
        assert_int_not_equal(read_as(sum, text, 300000), PROBLEM_none);
    }
    unlink(path);
    assert_int_equal(read_as(sum, text, 300000), PROBLEM_poison);
    uint8_t other[BLOB_SUM];
    const char *from = keep(SLICE("another"), 3, other);
    char to[160];
    snprintf(to, sizeof to, "%s", from);
    path = keep(text, 1000, sum);
    assert_int_equal(rename(to, path), 0); /* sealed well, but not what the name says */
    assert_int_equal(read_as(sum, text, 300000), PROBLEM_poison);
    free(bytes);
}

static void swept_by_age(void **state)
{
    uint8_t old[BLOB_SUM], young[BLOB_SUM];
    struct problem problem;
    struct blob *half;
    (void)state;
    problem_none(&problem);
    blobs_sweep(blobs, clock_now() + 1000000);
    assert_int_equal(count_files(), 0);
    struct timespec times[2] = {{.tv_sec = clock_now() / 1000 - 1000}, {.tv_sec = clock_now() / 1000 - 1000}};
    assert_int_equal(utimensat(AT_FDCWD, keep(SLICE("old"), 1, old), times, 0), 0);
    keep(SLICE("young"), 1, young);
    assert_true(blob_new(blobs, &half, &problem));
    assert_int_equal(count_files(), 3);
    blobs_sweep(blobs, clock_now() - 500000);
    assert_int_equal(read_as(old, SLICE("old"), 10), PROBLEM_poison);
    assert_int_equal(read_as(young, SLICE("young"), 10), PROBLEM_none);
    assert_int_equal(count_files(), 2); /* what is arriving stays */
    assert_int_equal(utimensat(AT_FDCWD, keep(SLICE("young"), 2, young), times, 0), 0);
    keep(SLICE("young"), 5, young); /* an equal file makes it young again */
    blobs_sweep(blobs, clock_now() - 500000);
    assert_int_equal(read_as(young, SLICE("young"), 10), PROBLEM_none);
    blob_free(half);
    assert_int_equal(count_files(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kept_to_the_byte), cmocka_unit_test(changed_is_found),
                                       cmocka_unit_test(swept_by_age)};
    return cmocka_run_group_tests(tests, begin, end);
}
