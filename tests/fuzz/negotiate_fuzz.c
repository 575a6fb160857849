/* Any bytes as what a reader asks for: nothing is read past them, and what is answered was offered.
 * SPDX-License-Identifier: Apache-2.0 */
#include "http/negotiate.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADERS = 5 };

/* A copy in memory of exactly its length; absent where there are no bytes. */
static struct slice copy_of(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return (struct slice){NULL, 0};
    char *copy = malloc(length);
    assert(copy);
    return (struct slice){memcpy(copy, bytes, length), length};
}

static void check_codings(struct slice asked)
{
    for (unsigned others = 0; others < 1u << CODING_IDENTITY; others++) {
        unsigned offered = others | 1u << CODING_IDENTITY;
        enum coding coding = negotiate_coding(asked, offered);
        assert(coding < CODING_COUNT && (offered >> coding & 1));
        assert(asked.at || coding == CODING_IDENTITY);
    }
}

static void check_tags(struct slice held)
{
    static const struct slice tags[] = {SLICE("\"0123456789abcdef0123456789abcdef.br\""), SLICE("\"\"")};
    for (size_t i = 0; i < 2; i++) {
        bool has = negotiate_has(held, tags[i]);
        bool named = held.at && (memmem(held.at, held.length, tags[i].at, tags[i].length) || memchr(held.at, '*', held.length));
        assert(!has || named);
        assert(has || !slice_equal(held, tags[i]));
    }
}

static void check_parts(struct slice range)
{
    static const size_t sizes[] = {0, 1, 10, 4096, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct part part = {SIZE_MAX, SIZE_MAX};
        if (negotiate_part(range, sizes[i], &part) == PART_ONE)
            assert(part.length > 0 && part.first < sizes[i] && part.length <= sizes[i] - part.first);
        else
            assert(part.first == SIZE_MAX && part.length == SIZE_MAX);
    }
}

/* A line a header. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice headers[HEADERS] = {0};
    for (size_t i = 0, at = 0; i < HEADERS && at <= size; i++) {
        const uint8_t *end = at < size ? memchr(data + at, '\n', size - at) : NULL;
        size_t length = end ? (size_t)(end - data) - at : size - at;
        headers[i] = copy_of(data + at, length);
        at += length + 1;
    }
    check_codings(headers[0]);
    check_tags(headers[1]);
    check_parts(headers[2]);
    bool held = negotiate_hand_held(headers[3], headers[4]);
    assert(!held || headers[3].at || headers[4].at);
    for (size_t i = 0; i < HEADERS; i++)
        free((char *)(uintptr_t)headers[i].at);
    return 0;
}
