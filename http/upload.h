/* Uploads: bodies that go to the blob store while they arrive; the command carries their name.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"
#include "topics/digest.h"

struct body_sink;
struct upload;

/* For the server: takes the body of a request whose route takes uploads, NULL for others. Only of a signed-in caller it is
 * stored; of others it is read and dropped, and they are answered as ever. */
struct body_sink *upload_begin(struct exchange *exchange, void *context);

/* The visit's upload once its body is whole, with the digest of the bytes as they came. NULL: visit->problem says why. */
struct upload *upload_of(struct visit *visit, struct digest *ret_digest);

/* Puts it on disk under its name and appends what the command carries instead: a stored_file. Waits for the disk, so not
 * in a loop's thread. False: it is not on disk. */
MUST bool upload_keep(struct upload *upload, struct buffer *body);
