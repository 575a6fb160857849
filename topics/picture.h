/* Pictures as they arrive: a JPEG or PNG is checked piece by piece, and only what its pixels need is passed on.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"

enum picture_kind { PICTURE_NONE, PICTURE_JPEG, PICTURE_PNG };

/* What is wrong with it; picture_refuse() has the words. */
enum picture_fault {
    PICTURE_FINE,
    PICTURE_FOREIGN, /* neither JPEG nor PNG */
    PICTURE_BROKEN,  /* cut off, or not as its kind demands */
    PICTURE_UNUSUAL, /* a JPEG of four colours, arithmetic or lossless; a PNG with chunks that are not of the standard */
    PICTURE_SMALL,
    PICTURE_LARGE,
    PICTURE_HEAVY
};

/* Bytes as they come, and pixels of each side. */
struct picture_limits {
    int64_t bytes, side_least, side_most;
};

/* Takes what is kept, in order. */
typedef void picture_keep(void *context, struct slice kept);

enum picture_step {
    PICTURE_BEGIN,
    PICTURE_MARKER,
    PICTURE_SEGMENT,
    PICTURE_FRAME,
    PICTURE_SCAN,
    PICTURE_SIGNATURE,
    PICTURE_CHUNK,
    PICTURE_HEADER,
    PICTURE_OVER /* what comes behind its end is dropped */
};

/* A picture on its way; the caller's memory, which owns nothing. To be read: kind, fault, and behind the header sides. */
struct picture {
    enum picture_kind kind;
    enum picture_fault fault;
    uint32_t width, height;
    struct picture_limits limits;
    picture_keep *keep;
    void *context;
    int64_t taken;          /* bytes so far */
    enum picture_step step, behind; /* what is being gathered, and what comes behind the part that is being passed */
    uint8_t head[28];
    size_t have, want;      /* of the head */
    uint64_t left;          /* bytes of a part to be passed, */
    bool kept;              /* or to be dropped */
    bool scanned;           /* pixels were there */
};

/* Begins; `keep` gets, while bytes are taken, those that a picture without anything else in it has: of a JPEG no APPn and no
 * comment, of a PNG none but the chunks IHDR, PLTE, tRNS, IDAT and IEND, and nothing behind the end. Pixels are never
 * decoded. What is kept does not depend on how the bytes are cut, and stays as it is when it comes again. */
void picture_begin(struct picture *picture, struct picture_limits limits, picture_keep *keep, void *context);

/* The next bytes; behind a fault nothing is kept any more. */
void picture_take(struct picture *picture, struct slice bytes);

/* The end of the bytes. False: there is a fault. */
MUST bool picture_end(struct picture *picture);

/* Says what is wrong and what to do, as a problem. Always false. */
bool picture_refuse(const struct picture *picture, struct problem *problem);

/* The media type of a kind. */
struct slice picture_media(enum picture_kind kind);

/* The kind that bytes which were kept begin with. */
enum picture_kind picture_kind_of(struct slice bytes);
