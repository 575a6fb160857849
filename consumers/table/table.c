/* Rows of tables.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/table.h"

#include "consumers/table/normalise.h"

bool cells_blank(const struct cell *cells, size_t count)
{
    bool blank = true;
    for (size_t i = 0; i < count && blank; i++)
        blank = slice_trim(cells[i].text).length == 0 && !cells[i].broken;
    return blank;
}
