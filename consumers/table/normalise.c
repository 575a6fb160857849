/* One form for texts that differ only in width, white space or case.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/normalise.h"

#define FIRST_HAN_BLOCK 0x2e80 /* CJK Radicals: from here on scripts are written without spaces */

size_t point_read(struct slice text, size_t at, uint32_t *ret_point)
{
    size_t left = text.length - at;
    if (left == 0)
        return 0;
    const unsigned char *byte = (const unsigned char *)text.at + at;
    if (byte[0] < 0x80) {
        *ret_point = byte[0];
        return 1;
    }
    size_t length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (byte[0] < 0xc2 || byte[0] > 0xf4 || left < length)
        return 0;
    uint32_t point = byte[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (byte[i] & 0x3f);
    }
    if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    *ret_point = point;
    return length;
}

size_t point_write(uint32_t point, char *out)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3f));
    out[0] = (char)((0xf00u >> length & 0xf0) | point);
    return length;
}

bool point_is_space(uint32_t point)
{
    return (point >= 9 && point <= 13) || point == 0x20 || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 ||
           point == 0x202f || point == 0x205f || point == 0x3000;
}

/* Characters without a width, that a phone's keyboard or a copied page leaves behind. */
static bool is_void(uint32_t point)
{
    return (point >= 0x200b && point <= 0x200d) || point == 0x2060 || point == 0xfeff;
}

static uint32_t narrowed(uint32_t point)
{
    if (point >= 0xff01 && point <= 0xff5e)
        return point - 0xfee0;
    return point == 0x2212 ? '-' : point;
}

static uint32_t folded(uint32_t point)
{
    if (point >= 'A' && point <= 'Z')
        return point + 32;
    if (point < 0xc0)
        return point;
    if ((point <= 0xde && point != 0xd7) || (point >= 0x391 && point <= 0x3a9 && point != 0x3a2) ||
        (point >= 0x410 && point <= 0x42f))
        return point + 32;
    if (point >= 0x400 && point <= 0x40f)
        return point + 80;
    return point;
}

size_t normalise(struct slice text, bool fold, char *out, size_t room)
{
    size_t length = 0, step;
    uint32_t point, before = 0;
    bool gap = false;
    for (size_t i = 0; i < text.length; i += step) {
        step = point_read(text, i, &point);
        if (step == 0)
            return NORMALISE_UNFIT;
        point = narrowed(point);
        if (is_void(point))
            continue;
        if (point_is_space(point)) {
            gap = length > 0;
            continue;
        }
        if (fold)
            point = folded(point);
        char piece[4];
        size_t size = point_write(point, piece);
        gap = gap && before < FIRST_HAN_BLOCK && point < FIRST_HAN_BLOCK;
        if (size + gap > room - length)
            return NORMALISE_UNFIT;
        if (gap)
            out[length++] = ' ';
        for (size_t k = 0; k < size; k++)
            out[length++] = piece[k];
        gap = false;
        before = point;
    }
    return length;
}

struct slice slice_trim(struct slice text)
{
    uint32_t point;
    size_t step;
    while ((step = point_read(text, 0, &point)) > 0 && point_is_space(point))
        text = (struct slice){text.at + step, text.length - step};
    while (text.length > 0) {
        size_t start = text.length - 1;
        while (start > 0 && text.length - start < 4 && ((unsigned char)text.at[start] & 0xc0) == 0x80)
            start--;
        if (point_read(text, start, &point) != text.length - start || !point_is_space(point))
            break;
        text.length = start;
    }
    return text;
}
