/* Names as they sound: the order of lists, and what initials find.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* Appends the key that sorts names in the order of pinyin ("wang xiao ming 王小明") and the initials ("wxm"). Surnames that
 * read otherwise than their character mostly does read as surnames do. Letters of other names stay, in lower case. */
void pinyin_of(struct slice name, struct buffer *key, struct buffer *initials);
