/* What a reader of a file asks for by headers: which coding, whether he has it, which part, on what device.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* Codings of a file, the better one first. */
enum coding { CODING_BR, CODING_GZIP, CODING_IDENTITY, CODING_COUNT };

/* The coding with the greatest weight in Accept-Encoding (RFC 9110 12.5.3) among those `offered` (bits 1 << coding;
 * identity always is); of equal ones the first of the enum. Absent, empty or malformed: identity. */
enum coding negotiate_coding(struct slice accept_encoding, unsigned offered);

/* Whether If-None-Match (RFC 9110 13.1.2: "*" or a list, compared weakly) names the tag, which is given with its quotes. */
bool negotiate_has(struct slice if_none_match, struct slice tag);

/* A part of a file: `length` bytes from `first`. */
struct part {
    size_t first, length;
};

enum part_asked { PART_NONE, PART_ONE, PART_BEYOND };

/* The part that a Range header asks for in `size` bytes (RFC 9110 14.1.2). PART_NONE: the whole is to be sent (absent,
 * another unit, malformed, several parts); PART_BEYOND: none of it is there, which is 416. */
enum part_asked negotiate_part(struct slice range, size_t size, struct part *ret_part);

/* Whether the reader holds the device in his hand: Sec-CH-UA-Mobile says so where it is sent, else the User-Agent does. */
bool negotiate_hand_held(struct slice mobile, struct slice agent);
