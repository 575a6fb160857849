/* The reference page of roles and of who may call each route.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/roles.h"

#include "topics/messages.h"

static void add_role_table(struct buffer *buffer)
{
    buffer_add_text(buffer, "# Roles\n\nPrinted by `catalogue roles` from topics/catalogue/roles.def and the routes' "
                            "rows.\n\n| role | English | 中文 | what it may do |\n|---|---|---|---|\n");
    for (size_t i = 0; i < catalogue_role_count; i++)
        buffer_add_format(buffer, "| `%s` | %s | %s | %s |\n", catalogue_roles[i].name, catalogue_roles[i].english,
                          catalogue_roles[i].chinese, catalogue_roles[i].text);
}

static void add_roles(struct buffer *buffer, uint64_t roles)
{
    const char *before = "";
    if (roles == (uint64_t)ROLE_ANY) {
        buffer_add_text(buffer, "any");
        return;
    }
    for (size_t i = 0; i < catalogue_role_count; i++)
        if (roles >> i & 1) {
            buffer_add_format(buffer, "%s%s", before, catalogue_roles[i].name);
            before = ", ";
        }
}

static void add_scope_table(struct buffer *buffer)
{
    buffer_add_text(buffer, "\n# Scopes of keys\n\n| scope | English | 中文 | routes |\n|---|---|---|---|\n");
    for (size_t i = 0; i < catalogue_scope_count; i++)
        buffer_add_format(buffer, "| `%s` | %s | %s | %s |\n", catalogue_scopes[i].name, catalogue_scopes[i].english,
                          catalogue_scopes[i].chinese, catalogue_scopes[i].routes);
}

void roles_print_manual(struct buffer *buffer)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
    static const char *const scopes[] = {"own", "county", "within the grant", "within or above the grant"};
    add_role_table(buffer);
    add_scope_table(buffer);
    buffer_add_text(buffer, "\n# Routes\n\n| route | name | roles | on what |\n|---|---|---|---|\n");
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (!declaration->path)
            continue;
        buffer_add_format(buffer, "| %s `%s` | `%s` | ", methods[declaration->method], declaration->path, declaration->name);
        if (declaration->kind == A_CALL && !declaration->roles)
            buffer_add_text(buffer, "nobody signed in");
        else
            add_roles(buffer, declaration->roles);
        buffer_add_format(buffer, " | %s%s%s |\n", scopes[declaration->scope],
                          declaration->counts_all ? ", counts over all" : "",
                          declaration->shows_below ? ", and what stands below a role" : "");
    }
}
