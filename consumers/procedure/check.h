/* Whether a pack may be adopted.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/procedure/walk.h"

enum finding_kind {
    FINDING_NONE,
    FINDING_DEAD_END,  /* a case can come where no end is sure to be reached any more */
    FINDING_UNREACHED, /* a state that no case can come into */
    FINDING_BYPASS,    /* an end reached around a state or move that is necessary for it */
    FINDING_UNOWNED,   /* a deadline that nobody is asked to meet, or that runs where nobody can meet it any more */
    FINDING_LOOSENED,  /* a supplement that leaves out, shortens or loosens a line of its national pack */
    FINDING_TOO_LARGE  /* more configurations than may be looked at */
};

/* What is wrong with a pack, and the shortest way that shows it. */
struct finding {
    enum finding_kind kind;
    int state, move, deadline; /* what it is about; PACK_NONE where it is not */
    int end;                   /* of a bypass the end */
    struct slice what;         /* of what is loosened the line, in words */
    struct slice what_zh;
    struct way way;
};

/* Walks all of the pack, at most `most` configurations, and says the first thing that is wrong; false where there is one. */
bool pack_sound(const struct pack *pack, size_t most, struct finding *ret_finding);

/* Whether the local pack keeps every line of the national one or tightens it; false with what it loosens. A national state
 * is entered by national moves alone; a detour through local states leaves only by the national moves of the state it
 * began in. */
bool pack_supplements(const struct pack *local, const struct pack *national, size_t most, struct finding *ret_finding);

/* Says the finding as a problem with its pointer into the pack and its way. Always false. */
bool finding_say(const struct pack *pack, const struct finding *finding, struct problem *problem);
