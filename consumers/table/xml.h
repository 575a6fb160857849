/* The XML of one part of an archive as a run of events; no DTD, no depth past the ceiling.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/archive.h"

/* What a reader of XML does at each event; names are local names, without their name space. A fault ends the
 * reading. */
struct xml_events {
    enum fault (*start)(void *to, const char *name, const char **attributes);
    enum fault (*end)(void *to, const char *name);
    enum fault (*text)(void *to, struct slice text);
};

/* Reads the part; gives the first fault of the archive, the XML or the events. */
MUST enum fault xml_read(struct archive *archive, const char *part, unsigned depth,
                                  const struct xml_events *events, void *to);

/* The value of the attribute of that local name, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);
