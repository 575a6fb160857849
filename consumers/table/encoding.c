/* Telling UTF-8, UTF-16 and GB18030 apart.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/encoding.h"

#include <iconv.h>

#include "consumers/table/normalise.h"

static bool starts_with(struct slice bytes, const char *mark, size_t length)
{
    return bytes.length >= length && memcmp(bytes.at, mark, length) == 0;
}

#define DAMAGE "\xef\xbf\xbd" /* U+FFFD */

static enum fault convert(struct slice bytes, const char *encoding, bool mend, struct arena *arena,
                          struct slice *ret_text)
{
    size_t room = bytes.length * (mend ? 3 : 2) + 8, left = room, unread = bytes.length;
    char *text = arena_take(arena, room);
    if (!text)
        return FAULT_memory_ceiling;
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1)
        return FAULT_file_encoding;
    char *from = (char *)(uintptr_t)bytes.at, *to = text;
    size_t irreversible = iconv(converter, &from, &unread, &to, &left);
    while (mend && unread > 0 && left > sizeof DAMAGE) {
        memcpy(to, DAMAGE, sizeof DAMAGE - 1);
        to += sizeof DAMAGE - 1, left -= sizeof DAMAGE - 1;
        from++, unread--;
        irreversible = iconv(converter, &from, &unread, &to, &left);
    }
    iconv_close(converter);
    *ret_text = (struct slice){text, room - left};
    return irreversible != 0 || unread != 0 || slice_points(*ret_text) < 0 ? FAULT_file_encoding : FAULT_none;
}

/* Whether the bytes are UTF-8 that was damaged: read as GB18030 they would give text, but nonsense. Of real
 * GB18030 far less than four fifths of the bytes outside ASCII look like UTF-8. */
static bool is_damaged_utf8(struct slice bytes)
{
    size_t fit = 0, unfit = 0;
    uint32_t point;
    for (size_t i = 0, step; i < bytes.length; i += step ? step : 1) {
        step = point_read(bytes, i, &point);
        fit += step > 1 ? step : 0;
        unfit += step == 0;
    }
    return fit > 4 * unfit;
}

enum fault encoding_read(struct slice bytes, bool mend, struct arena *arena, struct slice *ret_text)
{
    struct slice text = bytes;
    enum fault fault = FAULT_none;
    if (starts_with(bytes, "\xef\xbb\xbf", 3)) {
        text = (struct slice){bytes.at + 3, bytes.length - 3};
        if (slice_points(text) < 0)
            fault = mend ? convert(text, "UTF-8", true, arena, &text) : FAULT_file_encoding;
    } else if (starts_with(bytes, "\xff\xfe", 2)) {
        fault = convert((struct slice){bytes.at + 2, bytes.length - 2}, "UTF-16LE", mend, arena, &text);
    } else if (starts_with(bytes, "\xfe\xff", 2)) {
        fault = convert((struct slice){bytes.at + 2, bytes.length - 2}, "UTF-16BE", mend, arena, &text);
    } else if (slice_points(bytes) < 0) {
        bool damaged = is_damaged_utf8(bytes);
        fault = damaged && !mend ? FAULT_file_encoding
                                 : convert(bytes, damaged ? "UTF-8" : "GB18030", mend, arena, &text);
    }
    if (!fault)
        *ret_text = text;
    return fault;
}
