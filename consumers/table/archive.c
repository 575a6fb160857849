/* libzip within ceilings.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/archive.h"

#include <stdlib.h>
#include <zip.h>

#include "process/memory.h"

#define PIECE 16384
#define RATIO_FREE 65536 /* an entry this small may be packed as tightly as it likes */

struct archive {
    zip_t *zip;
    const struct table_limits *limits;
    size_t unpacked;
};

static void file_close(zip_file_t **file)
{
    if (*file)
        zip_fclose(*file);
}
#define auto_zip_file __attribute__((cleanup(file_close))) zip_file_t *

/* Two entries of one name would let one reader see another workbook than the next. */
static bool is_twice(zip_t *zip, zip_uint64_t index)
{
    const char *name = zip_get_name(zip, index, ZIP_FL_ENC_RAW);
    return !name || zip_name_locate(zip, name, ZIP_FL_ENC_RAW) != (zip_int64_t)index;
}

enum fault archive_open(struct slice bytes, const struct table_limits *limits,
                                 struct archive **ret_archive)
{
    zip_error_t error;
    if (bytes.length > limits->bytes)
        return FAULT_file_large;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.at, bytes.length, 0, &error);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : NULL;
    zip_error_fini(&error);
    if (!zip && source)
        zip_source_free(source);
    if (!zip)
        return FAULT_archive_broken;
    zip_int64_t entries = zip_get_num_entries(zip, 0);
    enum fault fault = FAULT_none;
    if (entries <= 0)
        fault = FAULT_archive_broken;
    else if ((zip_uint64_t)entries > limits->entries)
        fault = FAULT_archive_entries;
    for (zip_int64_t i = 0; !fault && i < entries; i++)
        if (is_twice(zip, (zip_uint64_t)i))
            fault = FAULT_archive_twice;
    if (fault) {
        zip_discard(zip);
        return fault;
    }
    struct archive *archive = memory_new(sizeof *archive);
    *archive = (struct archive){zip, limits, 0};
    *ret_archive = archive;
    return FAULT_none;
}

void archive_free(struct archive *archive)
{
    if (!archive)
        return;
    zip_discard(archive->zip);
    free(archive);
}

bool archive_has(const struct archive *archive, const char *name)
{
    return zip_name_locate(archive->zip, name, ZIP_FL_ENC_RAW) >= 0;
}

/* What can be said of an entry before a byte of it is unpacked. */
static enum fault entry_fault(const struct archive *archive, const char *name, zip_stat_t *stat)
{
    if (zip_stat(archive->zip, name, ZIP_FL_ENC_RAW, stat) != 0)
        return FAULT_archive_part;
    if ((stat->valid & ZIP_STAT_ENCRYPTION_METHOD) && stat->encryption_method != ZIP_EM_NONE)
        return FAULT_archive_encrypted;
    if (!(stat->valid & ZIP_STAT_SIZE) || !(stat->valid & ZIP_STAT_COMP_SIZE))
        return FAULT_archive_broken;
    return stat->size > archive->limits->unpacked - archive->unpacked ? FAULT_archive_large : FAULT_none;
}

enum fault archive_unpack(struct archive *archive, const char *name,
                                   enum fault (*take)(void *to, struct slice piece), void *to)
{
    char bytes[PIECE];
    zip_stat_t stat;
    zip_int64_t length;
    size_t unpacked = 0;
    enum fault fault = entry_fault(archive, name, &stat);
    if (fault)
        return fault;
    auto_zip_file file = zip_fopen(archive->zip, name, ZIP_FL_ENC_RAW);
    if (!file)
        return FAULT_archive_broken;
    while (!fault && (length = zip_fread(file, bytes, sizeof bytes)) > 0) {
        unpacked += (size_t)length;
        archive->unpacked += (size_t)length;
        if (archive->unpacked > archive->limits->unpacked)
            return FAULT_archive_large;
        if (unpacked > RATIO_FREE && unpacked / archive->limits->ratio > stat.comp_size)
            return FAULT_archive_ratio;
        fault = take(to, (struct slice){bytes, (size_t)length});
    }
    return fault ? fault : length < 0 ? FAULT_archive_broken : FAULT_none;
}
