/* Fuzzes the request parser: never past the bytes, and one verdict however they are cut.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct request_limits limits = {
    .head = 512, .target = 64, .headers = 16, .body = 256, .trailer = 64};

struct outcome {
    int status; /* 0 ready, -1 more */
    size_t consumed;
    struct slice body;
};

/* Parses data[0..size) out of memory of exactly the pieces' length, so that a read past the end is seen: the
 * first piece has `first` bytes, those behind it `step`. The body is a copy, the caller's to free. */
static struct outcome parse(const uint8_t *data, size_t size, size_t first, size_t step)
{
    struct request request;
    struct outcome outcome = {-1, 0, {NULL, 0}};
    char *bytes = NULL;
    size_t held = 0, length = first < size ? first : size;
    request_reset(&request);
    for (;;) {
        char *moved = malloc(length + (length == 0));
        assert(moved);
        if (held)
            memcpy(moved, bytes, held);
        if (length > held)
            memcpy(moved + held, data + held, length - held);
        free(bytes);
        bytes = moved;
        held = length;
        enum request_state state = request_parse(&request, bytes, held, &limits);
        if (state == REQUEST_READY) {
            assert(request.consumed <= held && request.body.length <= limits.body);
            assert(request.target.length <= limits.target && request.path.at[0] == '/');
            assert(request.head_length + request.body.length <= request.consumed);
            char *copy = malloc(request.body.length + 1);
            assert(copy);
            memcpy(copy, request.body.at, request.body.length);
            outcome = (struct outcome){0, request.consumed, {copy, request.body.length}};
            break;
        }
        if (state == REQUEST_REFUSED) {
            assert(request.status >= 400 && request.status <= 505 && request.code && request.words.chinese);
            outcome.status = request.status;
            break;
        }
        if (length == size)
            break;
        length = size - length > step ? length + step : size;
    }
    free(bytes);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t cut = size > 0 ? (data[0] * 31u + data[size - 1]) % size : 0;
    size_t firsts[] = {0, cut, cut / 2}, steps[] = {1, size + 1, 3};
    if (size > 2048)
        return 0;
    struct outcome whole = parse(data, size, size, 1);
    for (int i = 0; i < 3; i++) {
        struct outcome again = parse(data, size, firsts[i], steps[i]);
        assert(again.status == whole.status && again.consumed == whole.consumed);
        assert(slice_equal(again.body, whole.body));
        free((char *)(uintptr_t)again.body.at);
    }
    free((char *)(uintptr_t)whole.body.at);
    return 0;
}
