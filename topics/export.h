/* What a workbook of persons is asked for, written so that front and worker mean the same.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/catalogue.h"
#include "topics/id.h"

/* The workbook of persons with that path, NULL if there is none. */
const struct declaration *export_workbook(struct slice path);

/* Appends what a decoded request for the workbook asks for, as a JSON object of its parameters, without the export by which
 * it may be had; and gives the SHA-256 of workbook and parameters. Two requests for the same rows by the same words give the
 * same. */
void export_asked(const struct declaration *workbook, const void *message, struct buffer *parameters,
                  uint8_t ret_sum[static 32]);

/* The organisation whose persons the request asks for. False: it names none. */
MUST bool export_organisation(const struct declaration *workbook, const void *message, struct id *ret_organisation);
