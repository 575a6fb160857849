/* Any bytes as a CSV file: no harm, and what is accepted is lawful.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_sheet.h"

#include "rows_checked.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    check_rows(question_csv_read, (struct slice){(const char *)bytes, length});
    return 0;
}
