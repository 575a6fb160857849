/* The web clients' files: read once at the start, answered from memory.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/front.h"

struct files;

/* Reads the folder with its subfolders (NAME.br and NAME.gz beside NAME are its codings): every file is served under its
 * path in it. A folder that is not there holds nothing, and pages answer 404. False: it cannot be read, or passes the
 * settings web_files, web_bytes. */
MUST bool files_new(const char *folder, struct files **ret_files, struct problem *problem);
void files_free(struct files *files);

/* Adds to the front's router: "/", which leads to a client by the device, and all that stands under /phone, /console and
 * /screen. There, a path without an extension that names no file is that client's index.html (a deep link). */
void files_offer(struct front *front);

/* Appends the lines that pages, files and the refusals beside them carry: nothing of another origin, nothing inline, framed
 * by nobody, and under TLS nothing without it. */
void files_protect(struct buffer *headers);
