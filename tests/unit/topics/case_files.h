/* Cases as folders under tests/cases: each holds small files that a test reads.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "process/text.h"

/* The bytes of CASES/<group>/<name>/<file>, the caller's to free; {NULL, 0} if there is no such file. */
static inline struct slice case_file(const char *group, const char *name, const char *file)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s/%s", CASES, group, name, file);
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return (struct slice){NULL, 0};
    enum { MOST = 1 << 20 };
    char *bytes = malloc(MOST);
    assert_non_null(bytes);
    size_t length = fread(bytes, 1, MOST - 1, stream);
    bytes[length] = 0;
    fclose(stream);
    return (struct slice){bytes, length};
}

static inline void case_free(struct slice file)
{
    free((char *)(uintptr_t)file.at);
}

/* The file without the newline at its end. */
static inline struct slice case_line(struct slice file)
{
    while (file.length && file.at[file.length - 1] == '\n')
        file.length--;
    return file;
}

/* Calls `check` with the name of each folder of the group; gives how many there were. */
static inline size_t case_each(const char *group, void (*check)(const char *name))
{
    char path[512];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/%s", CASES, group);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        check(entry->d_name);
        count++;
    }
    closedir(folder);
    return count;
}
