/* Pictures as they arrive.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/picture.h"

enum {
    SOF_BASELINE = 0xc0,
    SOF_PROGRESSIVE = 0xc2,
    DHT = 0xc4,
    RST_FIRST = 0xd0,
    RST_LAST = 0xd7,
    SOI,
    EOI,
    SOS,
    DQT,
    DRI = 0xdd,
    APP_FIRST = 0xe0,
    APP_LAST = 0xef,
    COM = 0xfe
};
enum { MARK = 2, MARK_AND_LENGTH = 4, FRAME_HEAD = 10, CHUNK_HEAD = 8, CRC = 4, IHDR_BYTES = 13, COLOURS_MOST = 768 };
enum { PNG_HEADER = CHUNK_HEAD + IHDR_BYTES + CRC };

static const uint8_t png_signature[8] = {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};

static uint32_t be16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t be32(const uint8_t *at)
{
    return be16(at) << 16 | be16(at + 2);
}

static void gather(struct picture *picture, enum picture_step step, size_t want)
{
    picture->step = step;
    picture->want = want;
}

/* The head is done with: a new one is gathered. */
static void gather_anew(struct picture *picture, enum picture_step step, size_t want)
{
    picture->have = 0;
    gather(picture, step, want);
}

static void pass(struct picture *picture, const void *bytes, size_t length)
{
    if (length)
        picture->keep(picture->context, (struct slice){bytes, length});
}

static void pass_head(struct picture *picture)
{
    pass(picture, picture->head, picture->have);
}

static void refuse(struct picture *picture, enum picture_fault fault)
{
    if (picture->fault == PICTURE_FINE)
        picture->fault = fault;
}

/* A part of `left` bytes behind the head, kept or not, and what is gathered behind it. */
static void part(struct picture *picture, uint64_t left, bool kept, enum picture_step behind)
{
    if (kept)
        pass_head(picture);
    picture->left = left;
    picture->kept = kept;
    picture->behind = behind;
    gather_anew(picture, behind, behind == PICTURE_CHUNK ? CHUNK_HEAD : behind == PICTURE_MARKER ? MARK : 0);
}

static void measure(struct picture *picture, uint32_t width, uint32_t height)
{
    picture->width = width;
    picture->height = height;
    if (width == 0 || height == 0)
        refuse(picture, PICTURE_BROKEN);
    else if (width < picture->limits.side_least || height < picture->limits.side_least)
        refuse(picture, PICTURE_SMALL);
    else if (width > picture->limits.side_most || height > picture->limits.side_most)
        refuse(picture, PICTURE_LARGE);
}

/* The first two bytes tell the kind. */
static void begin(struct picture *picture)
{
    if (picture->head[0] == 0xff && picture->head[1] == SOI) {
        picture->kind = PICTURE_JPEG;
        pass_head(picture);
        gather_anew(picture, PICTURE_MARKER, MARK);
    } else if (memcmp(picture->head, png_signature, 2) == 0) {
        gather(picture, PICTURE_SIGNATURE, sizeof png_signature);
    } else {
        refuse(picture, PICTURE_FOREIGN);
    }
}

/* A marker is 0xff and what it is; more of 0xff may stand before it. */
static void take_marker(struct picture *picture)
{
    uint8_t what = picture->head[1];
    if (picture->head[0] != 0xff || what < 0xc0 || (what >= RST_FIRST && what <= SOI)) {
        refuse(picture, PICTURE_BROKEN);
    } else if (what == 0xff) {
        picture->have = 1;
    } else if (what == EOI && picture->scanned) {
        pass_head(picture);
        gather_anew(picture, PICTURE_OVER, 0);
    } else if (what == EOI) {
        refuse(picture, PICTURE_BROKEN);
    } else {
        gather(picture, PICTURE_SEGMENT, MARK_AND_LENGTH);
    }
}

/* The most bytes that a segment of this kind has use for; 0: it is not kept. */
static uint32_t segment_most(uint8_t what)
{
    switch (what) {
    case DQT:
        return 2 + 4 * 129;
    case DHT:
        return 2 + 8 * 273;
    case DRI:
        return 4;
    case SOS:
        return 12;
    default:
        return 0;
    }
}

static void take_segment(struct picture *picture)
{
    uint8_t what = picture->head[1];
    uint32_t length = be16(picture->head + 2), most = segment_most(what);
    if (length < 2 || (most && length > most) || (what == SOS && picture->width == 0)) {
        refuse(picture, PICTURE_BROKEN);
    } else if (what >= SOF_BASELINE && what <= SOF_PROGRESSIVE) {
        gather(picture, PICTURE_FRAME, FRAME_HEAD);
    } else if (most) {
        picture->scanned = picture->scanned || what == SOS;
        part(picture, length - 2, true, what == SOS ? PICTURE_SCAN : PICTURE_MARKER);
    } else if ((what >= APP_FIRST && what <= APP_LAST) || what == COM) {
        part(picture, length - 2, false, PICTURE_MARKER);
    } else {
        refuse(picture, PICTURE_UNUSUAL);
    }
}

/* Length, bits, height, width, colours. */
static void take_frame(struct picture *picture)
{
    const uint8_t *head = picture->head;
    uint32_t length = be16(head + 2), colours = head[9];
    if (picture->width || length != 8 + 3 * colours) {
        refuse(picture, PICTURE_BROKEN);
        return;
    }
    if (head[4] != 8 || (colours != 1 && colours != 3))
        refuse(picture, PICTURE_UNUSUAL);
    measure(picture, be16(head + 7), be16(head + 5));
    if (picture->fault == PICTURE_FINE)
        part(picture, length - 8, true, PICTURE_MARKER);
}

static void take_signature(struct picture *picture)
{
    if (memcmp(picture->head, png_signature, sizeof png_signature) != 0) {
        refuse(picture, PICTURE_FOREIGN);
        return;
    }
    picture->kind = PICTURE_PNG;
    pass_head(picture);
    gather_anew(picture, PICTURE_CHUNK, CHUNK_HEAD);
}

static bool is_type(const uint8_t *type, const char *name)
{
    return memcmp(type, name, 4) == 0;
}

static bool is_letters(const uint8_t *type)
{
    for (int i = 0; i < 4; i++)
        if ((type[i] | 0x20) < 'a' || (type[i] | 0x20) > 'z')
            return false;
    return true;
}

/* What is done with a chunk of that type. */
enum chunk { CHUNK_HEADER, CHUNK_PIXELS, CHUNK_COLOURS, CHUNK_END, CHUNK_ANCILLARY, CHUNK_UNKNOWN };

static enum chunk chunk_of(const uint8_t *type)
{
    if (is_type(type, "IHDR"))
        return CHUNK_HEADER;
    if (is_type(type, "IDAT"))
        return CHUNK_PIXELS;
    if (is_type(type, "PLTE") || is_type(type, "tRNS"))
        return CHUNK_COLOURS;
    if (is_type(type, "IEND"))
        return CHUNK_END;
    return type[0] & 0x20 ? CHUNK_ANCILLARY : CHUNK_UNKNOWN;
}

/* The header is first and once, the end behind pixels, and each as long as it can be. */
static bool chunk_may(const struct picture *picture, enum chunk chunk, uint32_t length)
{
    if ((chunk == CHUNK_HEADER) != (picture->width == 0))
        return false;
    switch (chunk) {
    case CHUNK_HEADER:
        return length == IHDR_BYTES;
    case CHUNK_COLOURS:
        return length <= COLOURS_MOST;
    case CHUNK_END:
        return length == 0 && picture->scanned;
    case CHUNK_PIXELS:
    case CHUNK_ANCILLARY:
    case CHUNK_UNKNOWN:
        break;
    }
    return length <= INT32_MAX;
}

static void take_chunk(struct picture *picture)
{
    const uint8_t *type = picture->head + 4;
    uint32_t length = be32(picture->head);
    enum chunk chunk = chunk_of(type);
    if (!is_letters(type) || !chunk_may(picture, chunk, length)) {
        refuse(picture, PICTURE_BROKEN);
    } else if (chunk == CHUNK_HEADER) {
        gather(picture, PICTURE_HEADER, PNG_HEADER);
    } else if (chunk == CHUNK_UNKNOWN) {
        refuse(picture, PICTURE_UNUSUAL);
    } else {
        picture->scanned = picture->scanned || chunk == CHUNK_PIXELS;
        part(picture, (uint64_t)length + CRC, chunk != CHUNK_ANCILLARY, chunk == CHUNK_END ? PICTURE_OVER : PICTURE_CHUNK);
    }
}

/* Bits and colours as the standard allows them together. */
static bool fits(uint8_t bits, uint8_t colours)
{
    static const uint8_t allowed[7] = {1 | 2 | 4 | 8 | 16, 0, 8 | 16, 1 | 2 | 4 | 8, 8 | 16, 0, 8 | 16};
    return colours < sizeof allowed && bits > 0 && (bits & (bits - 1)) == 0 && (allowed[colours] & bits);
}

static void take_header(struct picture *picture)
{
    const uint8_t *fields = picture->head + CHUNK_HEAD;
    if (!fits(fields[8], fields[9]) || fields[10] != 0 || fields[11] != 0 || fields[12] > 1) {
        refuse(picture, PICTURE_BROKEN);
        return;
    }
    measure(picture, be32(fields), be32(fields + 4));
    pass_head(picture);
    gather_anew(picture, PICTURE_CHUNK, CHUNK_HEAD);
}

static void take_head(struct picture *picture)
{
    static void (*const steps[])(struct picture *) = {
        [PICTURE_BEGIN] = begin,          [PICTURE_MARKER] = take_marker,       [PICTURE_SEGMENT] = take_segment,
        [PICTURE_FRAME] = take_frame,     [PICTURE_SIGNATURE] = take_signature, [PICTURE_CHUNK] = take_chunk,
        [PICTURE_HEADER] = take_header,
    };
    steps[picture->step](picture);
}

/* The bytes of the part that is being passed. */
static size_t take_part(struct picture *picture, struct slice bytes)
{
    size_t length = bytes.length < picture->left ? bytes.length : (size_t)picture->left;
    if (picture->kept)
        pass(picture, bytes.at, length);
    picture->left -= length;
    return length;
}

/* Pixels of a JPEG, in which 0xff stands before a zero or a restart alone; any other marker ends them. */
static size_t take_scan(struct picture *picture, struct slice bytes)
{
    const char *mark = picture->have ? bytes.at : memchr(bytes.at, 0xff, bytes.length);
    size_t before = mark ? (size_t)(mark - bytes.at) : bytes.length;
    pass(picture, bytes.at, before);
    if (!mark)
        return before;
    uint8_t byte = (uint8_t)*mark;
    if (!picture->have || byte == 0xff) {
        picture->head[0] = 0xff;
        picture->have = 1;
        return before + 1;
    }
    picture->head[1] = byte;
    picture->have = 2;
    if (byte == 0 || (byte >= RST_FIRST && byte <= RST_LAST)) {
        pass_head(picture);
        picture->have = 0;
    } else {
        gather(picture, PICTURE_MARKER, MARK);
    }
    return 1;
}

/* Bytes for the head; none are needed where it is whole. */
static size_t take_gathered(struct picture *picture, struct slice bytes)
{
    size_t wanted = picture->want - picture->have, length = bytes.length < wanted ? bytes.length : wanted;
    memcpy(picture->head + picture->have, bytes.at, length);
    picture->have += length;
    return length;
}

void picture_begin(struct picture *picture, struct picture_limits limits, picture_keep *keep, void *context)
{
    *picture = (struct picture){.limits = limits, .keep = keep, .context = context, .step = PICTURE_BEGIN, .want = MARK};
}

void picture_take(struct picture *picture, struct slice bytes)
{
    picture->taken += (int64_t)bytes.length;
    if (picture->taken > picture->limits.bytes)
        refuse(picture, PICTURE_HEAVY);
    while (picture->fault == PICTURE_FINE && (picture->step != PICTURE_OVER || picture->left)) {
        size_t length;
        if (picture->left)
            length = take_part(picture, bytes);
        else if (picture->step == PICTURE_SCAN && bytes.length)
            length = take_scan(picture, bytes);
        else if (picture->step == PICTURE_SCAN)
            return;
        else
            length = take_gathered(picture, bytes);
        bytes = (struct slice){bytes.at + length, bytes.length - length};
        bool whole = !picture->left && picture->step != PICTURE_SCAN && picture->step != PICTURE_OVER &&
                     picture->have == picture->want;
        if (whole)
            take_head(picture);
        else if (bytes.length == 0)
            return;
    }
}

bool picture_end(struct picture *picture)
{
    if (picture->step == PICTURE_BEGIN)
        refuse(picture, PICTURE_FOREIGN);
    else if (picture->step != PICTURE_OVER || picture->left)
        refuse(picture, PICTURE_BROKEN);
    return picture->fault == PICTURE_FINE;
}

bool picture_refuse(const struct picture *picture, struct problem *problem)
{
    const struct picture_limits *limits = &picture->limits;
    switch (picture->fault) {
    case PICTURE_FINE:
        return false;
    case PICTURE_FOREIGN:
        return problem_say(problem, PROBLEM_unsupported_media_type,
                           "The file is neither a JPEG nor a PNG picture, whatever it is called",
                           "文件内容不是 JPEG 或 PNG 图片，请另选照片");
    case PICTURE_BROKEN:
        return problem_say(problem, PROBLEM_invalid, "The picture is cut off or damaged: choose it anew, or save it again",
                           "图片不完整或已损坏，请重新选择或另存后再上传");
    case PICTURE_UNUSUAL:
        return problem_say(problem, PROBLEM_invalid, "Such a picture is not taken: save it as an ordinary JPEG or PNG",
                           "不支持这种图片编码，请另存为普通 JPEG 或 PNG 后再上传");
    case PICTURE_SMALL:
        return problem_say(problem, PROBLEM_invalid,
                           "The picture has sides of %1$u and %2$u pixels; each must have %3$lld or more",
                           "图片为 %1$u × %2$u 像素，每边至少 %3$lld 像素", picture->width, picture->height,
                           (long long)limits->side_least);
    case PICTURE_LARGE:
        return problem_say(problem, PROBLEM_invalid,
                           "The picture has sides of %1$u and %2$u pixels; make it %3$lld or fewer",
                           "图片为 %1$u × %2$u 像素，每边不得超过 %3$lld 像素，请缩小", picture->width, picture->height,
                           (long long)limits->side_most);
    case PICTURE_HEAVY:
        break;
    }
    return problem_say(problem, PROBLEM_too_large, "The picture has more than %lld KiB: make it smaller",
                       "图片超过 %lld KB，请缩小后再上传", (long long)(limits->bytes / 1024));
}

struct slice picture_media(enum picture_kind kind)
{
    return kind == PICTURE_PNG ? SLICE("image/png") : SLICE("image/jpeg");
}

enum picture_kind picture_kind_of(struct slice bytes)
{
    if (bytes.length < sizeof png_signature)
        return PICTURE_NONE;
    return memcmp(bytes.at, png_signature, sizeof png_signature) == 0 ? PICTURE_PNG : PICTURE_JPEG;
}
