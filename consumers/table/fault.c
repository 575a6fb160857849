/* Faults and their texts.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/fault.h"

static const struct fault_text {
    const char *code, *chinese, *english;
} fault_texts[] = {
    {"", "", ""},
#define FAULT(code, chinese, english) {#code, chinese, english},
#include "consumers/data/import_fault.def"
#include "consumers/education/question_fault.def"
#include "consumers/table/fault.def"
#undef FAULT
};

const char *fault_code(enum fault fault)
{
    return fault_texts[fault].code;
}

const char *fault_chinese(enum fault fault)
{
    return fault_texts[fault].chinese;
}

const char *fault_english(enum fault fault)
{
    return fault_texts[fault].english;
}
