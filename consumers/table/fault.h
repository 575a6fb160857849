/* What can be wrong with a file that is brought in, and with what it holds.  SPDX-License-Identifier: Apache-2.0 */
#pragma once

enum fault {
    FAULT_none,
#define FAULT(code, chinese, english) FAULT_##code,
#include "consumers/data/import_fault.def"
#include "consumers/education/question_fault.def"
#include "consumers/table/fault.def"
#undef FAULT
};

/* The fault's code, which never changes, and its text in both languages; empty of FAULT_none. */
const char *fault_code(enum fault fault);
const char *fault_chinese(enum fault fault);
const char *fault_english(enum fault fault);
