/* Uploads: bodies that go to the blob store while they arrive; the command carries their name.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"
#include "topics/blob.h"
#include "topics/digest.h"

struct body_sink;
struct upload;

/* For the server: takes the body of a request whose route takes uploads, NULL for others. Only of a signed-in caller it is
 * stored; of others it is read and dropped, and they are answered as ever. */
struct body_sink *upload_begin(struct exchange *exchange, void *context);

/* The visit's upload once its body is whole, with the digest of the bytes as they came. NULL: visit->problem says why. */
struct upload *upload_of(struct visit *visit, struct digest *ret_digest);

/* A whole file that is nobody's exchange any more: whoever puts it on disk may outlive that. */
struct upload_file {
    struct front *front;
    struct blob *blob;
    struct slice media; /* of the catalogue */
    uint8_t sum[BLOB_SUM];
    int64_t size;
};

/* Takes the file over from the exchange. */
struct upload_file upload_file(struct upload *upload);

/* Puts it on disk under its name and appends what the command carries instead: a stored_file; the file is over. Waits for
 * the disk, so not in a loop's thread. False: it is not on disk. */
MUST bool upload_keep(struct upload_file *file, struct buffer *body);

/* Forgets it. */
void upload_forget(struct upload_file *file);
