/* The plain text of a piece of HTML, as far as questions use it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "process/arena.h"

/* The text of the HTML in the arena: tags and comments gone, the content of script and style too; br and the
 * ends of blocks are line ends, other white space one space, the five XML entities, nbsp and numbered ones
 * decoded; never longer than the HTML. FAULT_gift_picture where it refers to a picture or file,
 * FAULT_memory_ceiling. */
MUST enum fault markup_text(struct slice html, struct arena *arena, struct slice *ret_text);
