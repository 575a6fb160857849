/* Any bytes as a picture: no harm, the same in any cuts, and what is kept holds nothing that would be dropped.  SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "topics/picture.h"

static void keep(void *context, struct slice kept)
{
    buffer_add_slice(context, kept);
}

static bool take(struct slice bytes, size_t piece, struct buffer *kept)
{
    struct picture picture;
    picture_begin(&picture, (struct picture_limits){1 << 20, 1, 4096}, keep, kept);
    for (size_t at = 0; at < bytes.length; at += piece)
        picture_take(&picture, (struct slice){bytes.at + at, bytes.length - at < piece ? bytes.length - at : piece});
    return picture_end(&picture);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct buffer once = buffer_new(1 << 20), cut = buffer_new(1 << 20), again = buffer_new(1 << 20);
    struct slice whole = {(const char *)bytes, length};
    bool fine = take(whole, length + 1, &once);
    if (take(whole, 1 + (length ? bytes[length - 1] % 7 : 0), &cut) != fine)
        abort();
    if (fine && (!slice_equal(buffer_slice(&once), buffer_slice(&cut)) || once.length > length))
        abort();
    if (fine && (!take(buffer_slice(&once), 13, &again) || !slice_equal(buffer_slice(&once), buffer_slice(&again))))
        abort();
    buffer_free(&once);
    buffer_free(&cut);
    buffer_free(&again);
    return 0;
}
