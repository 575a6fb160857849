/* Names as they sound, by ICU.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/pinyin.h"

#include <stdlib.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { UNITS = 512, BYTES = 1024 };

static const struct {
    const char *characters, *reading;
} surnames[] = {
#define SURNAME(characters, reading) {characters, reading},
#include "consumers/affairs/surnames.def"
#undef SURNAME
};

/* Opened at the first name: a worker has one thread. */
static UTransliterator *reader(void)
{
    static UTransliterator *opened;
    static const UChar rule[] = u"Han-Latin; Any-Latin; Latin-ASCII; Lower";
    UErrorCode code = U_ZERO_ERROR;
    if (!opened)
        opened = utrans_openU(rule, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    if (U_FAILURE(code))
        abort(); /* ICU's own data is missing */
    return opened;
}

/* The text in Latin letters; false where ICU cannot take it: too long, or not UTF-8. */
static bool read_text(struct slice text, char ret_read[static BYTES])
{
    UChar units[UNITS];
    UErrorCode code = U_ZERO_ERROR;
    int32_t length = 0;
    u_strFromUTF8(units, UNITS, &length, text.at, (int32_t)text.length, &code);
    int32_t limit = length;
    if (U_SUCCESS(code))
        utrans_transUChars(reader(), units, &length, UNITS, 0, &limit, &code);
    int32_t bytes = 0;
    if (U_SUCCESS(code))
        u_strToUTF8(ret_read, BYTES, &bytes, units, length, &code);
    return U_SUCCESS(code) && bytes < BYTES;
}

/* The surname's reading where it has one of its own; the rest is what follows it. */
static const char *surname(struct slice name, struct slice *ret_rest)
{
    const char *found = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < sizeof surnames / sizeof *surnames; i++) {
        size_t length = strlen(surnames[i].characters);
        if (length > longest && name.length > length && memcmp(name.at, surnames[i].characters, length) == 0) {
            found = surnames[i].reading;
            longest = length;
        }
    }
    *ret_rest = (struct slice){name.at + longest, name.length - longest};
    return found;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Words of letters with a space between them, and the first letter of each. */
static void add_words(const char *read, struct buffer *key, struct buffer *initials)
{
    bool within = false;
    for (const char *at = read; *at; at++) {
        if (!is_letter(*at)) {
            within = false;
            continue;
        }
        if (!within && key->length)
            buffer_add_byte(key, ' ');
        if (!within)
            buffer_add_byte(initials, *at);
        buffer_add_byte(key, *at);
        within = true;
    }
}

void pinyin_of(struct slice name, struct buffer *key, struct buffer *initials)
{
    char read[BYTES];
    struct slice rest;
    const char *first = surname(name, &rest);
    if (first)
        add_words(first, key, initials);
    if (read_text(rest, read))
        add_words(read, key, initials);
    buffer_add_byte(key, ' ');
    buffer_add_slice(key, name);
}
