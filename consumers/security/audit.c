/* Entries of the audit trail.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/security/audit.h"

bool audit_add(struct work *work, struct id object, struct id organisation, struct slice reason)
{
    auto_arguments arguments = arguments_new(4096);
    value_text(argument(&arguments), slice_of(work->worker));
    value_time(argument(&arguments), work->accepted);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_text(argument(&arguments), slice_of(work->message->name));
    value_id(argument(&arguments), object.bytes);
    value_id(argument(&arguments), id_is_none(organisation) ? NULL : organisation.bytes);
    value_null(argument(&arguments));
    value_text(argument(&arguments), reason);
    value_bytes(argument(&arguments), (struct slice){(const char *)work->envelope->digest.bytes,
                                                     sizeof work->envelope->digest.bytes});
    return sql_run(work->connection, "audit_append", &arguments, NULL);
}
