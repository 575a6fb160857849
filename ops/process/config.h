/* The settings: read once from BAOTING_<NAME> variables of the environment, then constant.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* The C type of a setting's type in settings.def. */
#define CONFIG_TYPE_TEXT const char *
#define CONFIG_TYPE_PATH const char *
#define CONFIG_TYPE_NUMBER int64_t
#define CONFIG_TYPE_BYTES int64_t
#define CONFIG_TYPE_MILLISECONDS int64_t
#define CONFIG_TYPE_BOOLEAN bool

/* One field a row of settings.def, of the row's name: `config->http_port`. Text is never NULL, "" when not
 * given. */
struct config {
#define SETTING(name, type, standard, least, most, programs, text) CONFIG_TYPE_##type name;
#define OUTSIDE(name, text)
#include "process/settings.def"
#undef OUTSIDE
#undef SETTING
};

/* The programs that a setting is for; a row names them without the CONFIG_. */
enum config_program {
    CONFIG_FRONT = 1,
    CONFIG_WORKER = 2,
    CONFIG_RELAY = 4,
    CONFIG_SCHEMA = 8,
    CONFIG_CATALOGUE = 16,
    CONFIG_ALL = 31,
};

/* The settings of this process. NULL until config_load(). */
extern const struct config *config;

/* Reads the environment into `config`. A value out of its range, a missing one that `program` needs, or a
 * BAOTING_ variable that no row knows ends the process with LIFE_CONFIG and one line that names it. Call
 * again in tests. */
void config_load(enum config_program program);

/* The reference page of all settings (Markdown, docs/settings.md), made from the rows. */
void config_print_manual(struct buffer *buffer);
