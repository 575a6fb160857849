/* Reads streams from standard input (a 32-bit little-endian length, then the bytes), parses each as pipelined
 * requests, and answers one line a stream: "METHOD TARGET END BODY-LENGTH BODY-SUM|…|more" or "…|STATUS". For
 * the differential test.  SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "http/request.h"
#include "process/memory.h"

static const struct request_limits limits = {
    .head = 8192, .target = 1024, .headers = 64, .body = 65536, .trailer = 1024};

/* The Adler-32 sum, which Python's zlib has too. */
static uint32_t sum(struct slice bytes)
{
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        a = (a + (unsigned char)bytes.at[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static void answer(char *bytes, size_t length)
{
    size_t start = 0;
    for (;;) {
        struct request request;
        request_reset(&request);
        enum request_state state = request_parse(&request, bytes + start, length - start, &limits);
        if (state == REQUEST_REFUSED)
            printf("%d\n", request.status);
        else if (state == REQUEST_MORE)
            printf("more\n");
        if (state != REQUEST_READY)
            return;
        start += request.consumed;
        struct slice method = method_name(request.method);
        printf("%.*s %.*s %zu %zu %u|", (int)method.length, method.at, (int)request.target.length,
               request.target.at, start, request.body.length, sum(request.body));
    }
}

int main(void)
{
    enum { STREAM_MOST = 1 << 24 };
    unsigned char prefix[4];
    while (fread(prefix, 1, sizeof prefix, stdin) == sizeof prefix) {
        size_t length = prefix[0] | (size_t)prefix[1] << 8 | (size_t)prefix[2] << 16 |
                        (size_t)prefix[3] << 24;
        if (length > STREAM_MOST)
            return 1;
        char *bytes = memory_new(length);
        if (fread(bytes, 1, length, stdin) != length)
            return 1;
        answer(bytes, length);
        free(bytes);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
