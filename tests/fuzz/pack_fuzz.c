/* Any bytes as a pack: no harm, and what is read can be walked and judged.  SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "consumers/procedure/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { ARENA = 16 << 20, MOST = 300 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena *arena = arena_new(1 << 16, ARENA);
    struct pack pack;
    struct finding finding;
    struct problem problem;
    problem_none(&problem);
    if (!pack_read((struct slice){(const char *)bytes, length}, arena, &pack, &problem)) {
        if (problem.code == PROBLEM_none)
            __builtin_trap();
    } else {
        if (!pack_sound(&pack, MOST, &finding))
            finding_say(&pack, &finding, &problem);
        if (!pack_supplements(&pack, &pack, MOST, &finding))
            __builtin_trap(); /* whatever a pack says, it loosens nothing of itself */
    }
    arena_free(arena);
    return 0;
}
