/* The blob store: files that commands bring and that are too large for a message, sealed, each by the name of its SHA-256.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/seal.h"

enum { BLOB_SUM = 32, BLOB_NAME = 65 };

/* A folder that the fronts write and the workers read. */
struct blobs;

/* A file on its way into the store. */
struct blob;

/* The store in this folder, made where it is not there. */
MUST bool blobs_new(const char *folder, const struct seal *seal, struct blobs **ret_blobs, struct problem *problem);

/* Frees; NULL is nothing. */
void blobs_free(struct blobs *blobs);

/* Begins a file. False: the disk will not have it. */
MUST bool blob_new(struct blobs *blobs, struct blob **ret_blob, struct problem *problem);

/* Forgets the file; what was not kept is gone. NULL is nothing. */
void blob_free(struct blob *blob);

/* Adds bytes; they are sealed and written a piece at a time. A fault is told by blob_keep(). */
void blob_add(struct blob *blob, struct slice bytes);

/* The end of the bytes: their SHA-256 and number. Nothing may be added any more. */
void blob_end(struct blob *blob, uint8_t ret_sum[static BLOB_SUM], int64_t *ret_size);

/* Behind blob_end(): true once the file is on disk under its name, whatever happens next. Waits for the disk. An equal file
 * is put in the place of the old one. Once an hour it also sweeps. */
MUST bool blob_keep(struct blob *blob, struct problem *problem);

/* Appends the whole file to the buffer. False: it is not there, larger than the buffer's ceiling, or not what was kept. */
MUST bool blob_read(const struct blobs *blobs, const uint8_t sum[static BLOB_SUM], struct buffer *buffer,
                    struct problem *problem);

/* Takes away files kept before `before`, by the house's clock, and what a process that died left half-written. */
void blobs_sweep(struct blobs *blobs, int64_t before);

/* Lower-case hex and back. */
void blob_name(const uint8_t sum[static BLOB_SUM], char ret_name[static BLOB_NAME]);
MUST bool blob_sum(struct slice name, uint8_t ret_sum[static BLOB_SUM]);
