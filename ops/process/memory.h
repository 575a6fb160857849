/* Memory that is there or the program ends: no caller handles its absence.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

/* Zeroed memory of `size` bytes, the caller's to free(); aborts with one line when there is none. */
void *memory_new(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));

/* Zeroed memory for `count` things of `size` bytes; aborts on overflow as on want of memory. */
void *memory_new_many(size_t count, size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));

/* realloc() that aborts instead of failing; `size` > 0. */
void *memory_resize(void *old, size_t size) __attribute__((returns_nonnull, warn_unused_result));

/* A copy of `length` bytes with a zero behind them, the caller's to free(). */
char *memory_copy(const void *bytes, size_t length) __attribute__((malloc, returns_nonnull, warn_unused_result));
