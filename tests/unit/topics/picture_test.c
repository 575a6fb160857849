/* Pictures: nothing but pixels is kept, in any cuts; lies, limits and damage are found.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "topics/picture.h"

static const struct picture_limits limits = {4096, 16, 400};

static void keep(void *context, struct slice kept)
{
    buffer_add_slice(context, kept);
}

/* What is kept of the bytes, which come in pieces of that length. */
static enum picture_fault take(struct slice bytes, size_t piece, struct picture *picture, struct buffer *kept)
{
    buffer_empty(kept);
    picture_begin(picture, limits, keep, kept);
    for (size_t at = 0; at < bytes.length; at += piece)
        picture_take(picture, (struct slice){bytes.at + at, bytes.length - at < piece ? bytes.length - at : piece});
    return picture_end(picture) ? PICTURE_FINE : picture->fault;
}

static void add(struct buffer *out, const char *bytes, size_t length)
{
    buffer_add(out, bytes, length);
}
#define ADD(out, literal) add(out, literal, sizeof literal - 1)

static void segment(struct buffer *out, char what, const char *payload, size_t length)
{
    buffer_add_byte(out, (char)0xff);
    buffer_add_byte(out, what);
    buffer_add_byte(out, (char)((length + 2) >> 8));
    buffer_add_byte(out, (char)(length + 2));
    buffer_add(out, payload, length);
}

/* A JPEG of that size; with or without what is none of its pixels. */
static void jpeg(struct buffer *out, int width, int height, bool more)
{
    char quantities[65] = {0};
    const char frame[] = {8, (char)(height >> 8), (char)height, (char)(width >> 8), (char)width, 1, 1, 0x11, 0};
    buffer_empty(out);
    ADD(out, "\xff\xd8");
    if (more) {
        segment(out, (char)0xe0, "JFIF\0\1\1\0\0\1\0\1\0\0", 14);
        segment(out, (char)0xe1, "Exif\0\0 GPS 19.6N 109.7E \xff\xd9", 26);
        ADD(out, "\xff\xff"); /* before a marker there may be more of it */
        segment(out, (char)0xfe, "taken at home", 13);
    }
    segment(out, (char)0xdb, quantities, sizeof quantities);
    segment(out, (char)0xc0, frame, sizeof frame);
    segment(out, (char)0xc4, "\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18);
    segment(out, (char)0xda, "\1\1\0\0\x3f\0", 6);
    ADD(out, "pixels\xff\x00more\xff\xd0pixels");
    ADD(out, "\xff\xd9");
    if (more)
        ADD(out, "a second picture, GPS too");
}

static void chunk(struct buffer *out, const char *type, const char *data, size_t length)
{
    const char head[] = {0, 0, (char)(length >> 8), (char)length};
    buffer_add(out, head, sizeof head);
    buffer_add(out, type, 4);
    buffer_add(out, data, length);
    ADD(out, "crc!");
}

static void png(struct buffer *out, int width, int height, bool more)
{
    const char header[] = {0, 0, (char)(width >> 8), (char)width, 0, 0, (char)(height >> 8), (char)height, 8, 2, 0, 0, 0};
    buffer_empty(out);
    ADD(out, "\x89PNG\r\n\x1a\n");
    chunk(out, "IHDR", header, sizeof header);
    if (more) {
        chunk(out, "eXIf", "GPS 19.6N 109.7E", 16);
        chunk(out, "tEXt", "Comment\0taken at home", 21);
        chunk(out, "tIME", "1234567", 7);
    }
    chunk(out, "IDAT", "pixels", 6);
    if (more)
        chunk(out, "zTXt", "IEND", 4);
    chunk(out, "IDAT", "pixels", 6);
    chunk(out, "IEND", "", 0);
    if (more)
        ADD(out, "GPS behind the end");
}

typedef void make(struct buffer *out, int width, int height, bool more);
static make *const makes[] = {jpeg, png};

static void only_pixels_are_kept_in_any_cuts(void **state)
{
    struct buffer whole = buffer_new(8192), bare = buffer_new(8192), kept = buffer_new(8192);
    struct picture picture;
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        makes[kind](&whole, 300, 200, true);
        makes[kind](&bare, 300, 200, false);
        for (size_t piece = 1; piece <= whole.length; piece++) {
            assert_int_equal(take(buffer_slice(&whole), piece, &picture, &kept), PICTURE_FINE);
            assert_true(slice_equal(buffer_slice(&kept), buffer_slice(&bare)));
            assert_int_equal(picture.width, 300);
            assert_int_equal(picture.height, 200);
        }
        assert_int_equal(picture.kind, kind ? PICTURE_PNG : PICTURE_JPEG);
        assert_int_equal(picture_kind_of(buffer_slice(&kept)), picture.kind);
        assert_int_equal(take(buffer_slice(&bare), 7, &picture, &kept), PICTURE_FINE);
        assert_true(slice_equal(buffer_slice(&kept), buffer_slice(&bare)));
    }
    buffer_free(&whole);
    buffer_free(&bare);
    buffer_free(&kept);
}

static void every_cut_end_is_found(void **state)
{
    struct buffer whole = buffer_new(8192), kept = buffer_new(8192);
    struct picture picture;
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        makes[kind](&whole, 300, 200, false);
        for (size_t length = 0; length < whole.length; length++) {
            enum picture_fault fault = take((struct slice){whole.at, length}, 64, &picture, &kept);
            assert_true(fault == (length < 2 ? PICTURE_FOREIGN : PICTURE_BROKEN));
        }
    }
    buffer_free(&whole);
    buffer_free(&kept);
}

static void sizes_are_held_to_their_limits(void **state)
{
    static const struct {
        int width, height;
        enum picture_fault fault;
    } cases[] = {{16, 400, PICTURE_FINE},   {400, 16, PICTURE_FINE}, {15, 300, PICTURE_SMALL}, {300, 15, PICTURE_SMALL},
                 {401, 300, PICTURE_LARGE}, {300, 401, PICTURE_LARGE}, {0, 300, PICTURE_BROKEN}, {300, 0, PICTURE_BROKEN}};
    struct buffer whole = buffer_new(8192), kept = buffer_new(8192);
    struct picture picture;
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            makes[kind](&whole, cases[i].width, cases[i].height, true);
            assert_int_equal(take(buffer_slice(&whole), 64, &picture, &kept), cases[i].fault);
        }
    jpeg(&whole, 300, 200, false);
    while (whole.length <= (size_t)limits.bytes)
        ADD(&whole, "behind the end");
    assert_int_equal(take(buffer_slice(&whole), 64, &picture, &kept), PICTURE_HEAVY);
    buffer_free(&whole);
    buffer_free(&kept);
}

/* Bytes at a place of a good picture changed to others. */
static enum picture_fault changed(make *makes_it, const char *from, const char *to, size_t length)
{
    struct buffer whole = buffer_new(8192), kept = buffer_new(8192);
    struct picture picture;
    makes_it(&whole, 300, 200, false);
    char *at = memmem(whole.at, whole.length, from, length);
    assert_non_null(at);
    memcpy(at, to, length);
    enum picture_fault fault = take(buffer_slice(&whole), 5, &picture, &kept);
    buffer_free(&whole);
    buffer_free(&kept);
    return fault;
}

static void what_is_no_ordinary_picture_is_refused(void **state)
{
    struct buffer kept = buffer_new(8192);
    struct picture picture;
    (void)state;
    assert_int_equal(take(SLICE("GIF89a..............."), 3, &picture, &kept), PICTURE_FOREIGN);
    assert_int_equal(take(SLICE("\x89PNX\r\n\x1a\n............"), 3, &picture, &kept), PICTURE_FOREIGN);
    assert_int_equal(take(SLICE("<svg onload='x'/>"), 3, &picture, &kept), PICTURE_FOREIGN);
    assert_int_equal(changed(jpeg, "\xff\xc0", "\xff\xc3", 2), PICTURE_UNUSUAL); /* lossless */
    assert_int_equal(changed(jpeg, "\xff\xc0", "\xff\xc9", 2), PICTURE_UNUSUAL); /* arithmetic */
    assert_int_equal(changed(jpeg, "\xff\xc0\0\x0b\x08", "\xff\xc0\0\x0b\x0c", 5), PICTURE_UNUSUAL); /* twelve bits */
    assert_int_equal(changed(jpeg, "\xff\xdb\0\x43", "\xff\xdb\x7f\x43", 4), PICTURE_BROKEN); /* a text could hide in it */
    assert_int_equal(changed(jpeg, "\xff\xc0\0\x0b", "\xff\xc0\0\x0c", 4), PICTURE_BROKEN);
    assert_int_equal(changed(jpeg, "\xff\xc0", "\xff\xda", 2), PICTURE_BROKEN); /* pixels without a frame */
    assert_int_equal(changed(png, "IHDR", "IDAT", 4), PICTURE_BROKEN);
    assert_int_equal(changed(png, "IDAT", "IDOT", 4), PICTURE_UNUSUAL); /* a critical chunk that nobody knows */
    assert_int_equal(changed(png, "IDAT", "ID T", 4), PICTURE_BROKEN);
    assert_int_equal(changed(png, "\x08\x02\0\0\0crc!", "\x03\x02\0\0\0crc!", 9), PICTURE_BROKEN); /* three bits a colour */
    buffer_free(&kept);
}

static void each_fault_is_said_in_both_languages(void **state)
{
    struct picture picture = {.limits = limits, .width = 1, .height = 2};
    struct problem problem;
    (void)state;
    for (enum picture_fault fault = PICTURE_FOREIGN; fault <= PICTURE_HEAVY; fault++) {
        problem_none(&problem);
        picture.fault = fault;
        assert_false(picture_refuse(&picture, &problem));
        assert_true(problem.detail[0] && problem.detail_zh[0]);
        assert_null(strstr(problem.detail_zh, "%"));
    }
    assert_non_null(strstr(problem.detail_zh, "4 KB"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_pixels_are_kept_in_any_cuts),       cmocka_unit_test(every_cut_end_is_found),
        cmocka_unit_test(sizes_are_held_to_their_limits),         cmocka_unit_test(what_is_no_ordinary_picture_is_refused),
        cmocka_unit_test(each_fault_is_said_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
