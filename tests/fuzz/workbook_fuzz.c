/* Any bytes as a workbook, or (when they are no archive) as the sheet and the strings in one.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_sheet.h"

#include <stdlib.h>
#include <zip.h>

#include "rows_checked.h"

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static void add(zip_t *zip, const char *name, struct slice text)
{
    zip_int64_t index = zip_file_add(zip, name, zip_source_buffer(zip, text.at, text.length, 0),
                                     ZIP_FL_ENC_UTF_8);
    assert(index >= 0 && zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0);
}

/* An archive with this sheet and these strings; the caller frees its bytes. */
static struct slice pack(struct slice sheet, struct slice strings)
{
    zip_error_t error;
    zip_stat_t stat;
    zip_error_init(&error);
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, &error);
    assert(zip);
    zip_source_keep(to);
    add(zip, "_rels/.rels", SLICE("<a><Relationship Id='i' Type='/officeDocument' Target='b.xml'/></a>"));
    add(zip, "b.xml", SLICE("<a xmlns:r='" OFFICE "'><sheet r:id='s'/></a>"));
    add(zip, "_rels/b.xml.rels",
        SLICE("<a><Relationship Id='s' Type='' Target='s.xml'/>"
              "<Relationship Id='t' Type='/sharedStrings' Target='t.xml'/></a>"));
    add(zip, "s.xml", sheet);
    add(zip, "t.xml", strings);
    assert(zip_close(zip) == 0 && zip_source_open(to) == 0 && zip_source_stat(to, &stat) == 0);
    char *bytes = malloc(stat.size);
    assert(bytes && zip_source_read(to, bytes, stat.size) == (zip_int64_t)stat.size);
    zip_source_close(to);
    zip_source_free(to);
    return (struct slice){bytes, stat.size};
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct slice whole = {(const char *)bytes, length};
    if (length >= 2 && memcmp(bytes, "PK", 2) == 0) {
        check_rows(question_workbook_read, whole);
        return 0;
    }
    const char *end = length ? memchr(bytes, '\0', length) : NULL;
    size_t sheet = end ? (size_t)(end - whole.at) : length;
    struct slice strings = end ? (struct slice){end + 1, length - sheet - 1} : SLICE("<sst/>");
    struct slice packed = pack((struct slice){whole.at, sheet}, strings);
    check_rows(question_workbook_read, packed);
    free((char *)(uintptr_t)packed.at);
    return 0;
}
