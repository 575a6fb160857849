/* What a workbook of persons is asked for.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/export.h"

#include "topics/digest.h"
#include "topics/encode.h"
#include "topics/route.h"

const struct declaration *export_workbook(struct slice path)
{
    struct captures captures;
    for (size_t i = 0; i < catalogue_declaration_count; i++)
        if (catalogue_declarations[i].persons && route_match(catalogue_declarations[i].path, path, &captures))
            return &catalogue_declarations[i];
    return NULL;
}

void export_asked(const struct declaration *workbook, const void *message, struct buffer *parameters,
                  uint8_t ret_sum[static 32])
{
    struct buffer both = buffer_new(parameters->ceiling + 128);
    encode_parameters(parameters, workbook->shape(), message, "export");
    buffer_add_text(&both, workbook->name);
    buffer_add_byte(&both, ' ');
    buffer_add_slice(&both, buffer_slice(parameters));
    digest_sha256(buffer_slice(&both), ret_sum);
    buffer_free(&both);
}

bool export_organisation(const struct declaration *workbook, const void *message, struct id *ret_organisation)
{
    const struct field *field = shape_field(workbook->shape(), "organisation");
    if (!field)
        field = shape_field(workbook->shape(), "org");
    const char *from = message;
    if (!field || (field->need == MAY_LACK && !*(const bool *)(from + field->offset_has)))
        return false;
    memcpy(ret_organisation, from + field->offset, sizeof *ret_organisation);
    return true;
}
