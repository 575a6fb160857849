/* Key files: read strictly, refused when others may read them.  SPDX-License-Identifier: Apache-2.0 */
#include "process/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/hex.h"

#define LARGEST 4096

void key_wipe(struct key *key)
{
    explicit_bzero(key, sizeof *key);
}

static bool key_parse(struct slice line, struct key *ret_key)
{
    return line.length == 2 * sizeof ret_key->bytes && hex_read(line.at, sizeof ret_key->bytes, false, ret_key->bytes);
}

/* The whole file, at most LARGEST bytes. */
static bool read_whole(const char *path, char *bytes, size_t *ret_length, struct problem *problem)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return problem_say(problem, PROBLEM_bad_key_file, "%s: %s", "%s：%s", path, strerrordesc_np(errno));
    ssize_t length = -1;
    bool open_to_others = fstat(fd, &status) != 0 || (status.st_mode & 077) != 0;
    if (!open_to_others)
        length = read(fd, bytes, LARGEST);
    close(fd);
    if (open_to_others)
        return problem_say(problem, PROBLEM_bad_key_file, "%s may be read by others than its owner (chmod 600)",
                           "%s 可被他人读取（请 chmod 600）", path);
    if (length < 0)
        return problem_say(problem, PROBLEM_bad_key_file, "%s cannot be read", "%s 无法读取", path);
    *ret_length = (size_t)length;
    return true;
}

static bool parse_lines(const char *path, struct slice text, struct key *keys, size_t most, size_t *ret_count,
                        struct problem *problem)
{
    size_t count = 0;
    while (text.length) {
        const char *end = memchr(text.at, '\n', text.length);
        struct slice line = {text.at, end ? (size_t)(end - text.at) : text.length};
        size_t step = line.length + (end != NULL);
        text = (struct slice){text.at + step, text.length - step};
        if (line.length == 0)
            continue;
        if (count == most || !key_parse(line, &keys[count]))
            return problem_say(problem, PROBLEM_bad_key_file, "%s: key %zu is not 64 hex digits, or there are too many",
                               "%s：第 %zu 个密钥不是 64 位十六进制数，或密钥过多", path, count + 1);
        count++;
    }
    if (count == 0)
        return problem_say(problem, PROBLEM_bad_key_file, "%s holds no key", "%s 中没有密钥", path);
    *ret_count = count;
    return true;
}

bool keyfile_read(const char *path, struct key *ret_keys, size_t most, size_t *ret_count, struct problem *problem)
{
    char bytes[LARGEST];
    size_t length = 0;
    if (!read_whole(path, bytes, &length, problem))
        return false;
    bool well = parse_lines(path, (struct slice){bytes, length}, ret_keys, most, ret_count, problem);
    explicit_bzero(bytes, sizeof bytes);
    if (!well)
        explicit_bzero(ret_keys, most * sizeof *ret_keys);
    return well;
}
