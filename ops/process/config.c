/* The settings: rows read from the environment, checked, and printed as a manual.  SPDX-License-Identifier: Apache-2.0
 */
#include "process/config.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"

#define PREFIX "BAOTING_"

enum type { TEXT, PATH, NUMBER, BYTES, MILLISECONDS, BOOLEAN };

static const char *const type_names[] = {"text", "path", "number", "bytes", "milliseconds", "boolean"};

#define FRONT                           CONFIG_FRONT
#define WORKER                          CONFIG_WORKER
#define RELAY                           CONFIG_RELAY
#define SCHEMA                          CONFIG_SCHEMA
#define CATALOGUE                       CONFIG_CATALOGUE
#define ALL                             CONFIG_ALL
#define STANDARD_TEXT(standard)         standard
#define STANDARD_PATH(standard)         standard
#define STANDARD_NUMBER(standard)       #standard
#define STANDARD_BYTES(standard)        #standard
#define STANDARD_MILLISECONDS(standard) #standard
#define STANDARD_BOOLEAN(standard)      #standard

static const struct setting {
    const char *name;
    enum type type;
    const char *standard;
    int64_t least, most;
    int programs;
    const char *text;
    size_t offset;
} settings[] = {
#define SETTING(name, type, standard, least, most, programs, text)                                                     \
    {#name, type, STANDARD_##type(standard), least, most, programs, text, offsetof(struct config, name)},
#define OUTSIDE(name, text)
#include "process/settings.def"
#undef OUTSIDE
#undef SETTING
};

static const struct {
    const char *name, *text;
} outside[] = {
#define SETTING(name, type, standard, least, most, programs, text)
#define OUTSIDE(name, text) {#name, text},
#include "process/settings.def"
#undef OUTSIDE
#undef SETTING
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct {
    enum type type;
    const char *suffix;
    int64_t times;
} units[] = {
    {BYTES, "k", 1024},        {BYTES, "M", 1 << 20},      {BYTES, "G", 1 << 30},        {MILLISECONDS, "ms", 1},
    {MILLISECONDS, "s", 1000}, {MILLISECONDS, "m", 60000}, {MILLISECONDS, "h", 3600000}, {MILLISECONDS, "d", 86400000},
};

static struct config values;
static char *kept[COUNT(settings)];
const struct config *config;

/* BAOTING_HTTP_PORT names http_port; the comparison goes by ASCII upper case. */
static bool names(const char *variable, size_t length, const char *name)
{
    if (strlen(name) != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        char upper = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
        if (variable[i] != upper)
            return false;
    }
    return true;
}

static _Noreturn void stop(const char *variable, const char *why)
{
    LOG(setting_wrong, log_text("setting", variable), log_text("detail", why));
    exit(LIFE_CONFIG);
}

static const char *variable_of(const char *name, char text[64])
{
    size_t at = sizeof PREFIX - 1;
    memcpy(text, PREFIX, at);
    for (; *name && at < 63; name++)
        text[at++] = *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
    text[at] = 0;
    return text;
}

/* A number with the suffix of its type, within the row's range. */
static bool parse_number(const struct setting *setting, const char *value, int64_t *ret_number)
{
    int64_t number, times = 1;
    size_t digits = strspn(value, "-0123456789");
    for (size_t i = 0; i < COUNT(units); i++)
        if (units[i].type == setting->type && strcmp(value + digits, units[i].suffix) == 0) {
            times = units[i].times;
            goto known;
        }
    if (value[digits])
        return false;
known:
    if (!slice_number((struct slice){value, digits}, &number) || number > setting->most / times)
        return false;
    number *= times;
    if (number < setting->least)
        return false;
    *ret_number = number;
    return true;
}

static bool parse_boolean(const char *value, bool *ret_boolean)
{
    bool yes = strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
    if (!yes && strcmp(value, "0") != 0 && strcmp(value, "false") != 0)
        return false;
    *ret_boolean = yes;
    return true;
}

/* Puts the value where the row says; `text` must stay. */
static bool set_value(const struct setting *setting, const char *text, bool needed)
{
    void *at = (char *)&values + setting->offset;
    if (setting->type == BOOLEAN)
        return parse_boolean(text, at);
    if (setting->type != TEXT && setting->type != PATH)
        return parse_number(setting, text, at);
    int64_t length = (int64_t)strlen(text);
    if (length > setting->most || (needed && length < setting->least) || slice_points(slice_of(text)) < 0)
        return false;
    memcpy(at, &text, sizeof text);
    return true;
}

static void explain(const struct setting *setting, char *why, size_t room)
{
    struct buffer buffer = buffer_new(room - 1);
    if (setting->type == BOOLEAN)
        buffer_add_text(&buffer, "must be 0 or 1");
    else if (setting->type == TEXT || setting->type == PATH)
        buffer_add_format(&buffer, "must be %s of %lld to %lld bytes: %s", type_names[setting->type],
                          (long long)setting->least, (long long)setting->most, setting->text);
    else
        buffer_add_format(&buffer, "must be a %s of %lld to %lld: %s",
                          setting->type == NUMBER  ? "number"
                          : setting->type == BYTES ? "size"
                                                   : "time",
                          (long long)setting->least, (long long)setting->most, setting->text);
    memcpy(why, buffer_slice(&buffer).at, buffer.length);
    why[buffer.length] = 0;
    buffer_free(&buffer);
}

/* Every variable of our prefix must be somebody's. */
static void refuse_unknown(void)
{
    for (char **entry = environ; entry && *entry; entry++) {
        size_t prefix = sizeof PREFIX - 1, length = strcspn(*entry, "=");
        bool known = strncmp(*entry, PREFIX, prefix) != 0;
        for (size_t i = 0; !known && i < COUNT(settings); i++)
            known = names(*entry + prefix, length - prefix, settings[i].name);
        for (size_t i = 0; !known && i < COUNT(outside); i++)
            known = names(*entry + prefix, length - prefix, outside[i].name);
        if (!known) {
            char variable[64] = "";
            memcpy(variable, *entry, length < 63 ? length : 63);
            stop(variable, "no setting has this name (see docs/settings.md)");
        }
    }
}

void config_load(enum config_program program)
{
    refuse_unknown();
    for (size_t i = 0; i < COUNT(settings); i++) {
        char variable[64], why[400];
        const char *given = getenv(variable_of(settings[i].name, variable));
        free(kept[i]);
        kept[i] = given ? memory_copy(given, strlen(given)) : NULL;
        bool needed = given || (settings[i].programs & program);
        if (!set_value(&settings[i], given ? kept[i] : settings[i].standard, needed)) {
            explain(&settings[i], why, sizeof why);
            stop(variable, why);
        }
    }
    if (!log_limits(values.log_level, values.log_ceiling))
        stop("BAOTING_LOG_LEVEL", "must be debug, info, warning, error or alarm");
    config = &values;
}

static void print_programs(struct buffer *buffer, int programs)
{
    static const char *const program_names[] = {"front", "worker", "relay", "schema", "catalogue"};
    if (programs == CONFIG_ALL) {
        buffer_add_text(buffer, "all");
        return;
    }
    for (int i = 0, first = 1; i < 5; i++)
        if (programs & 1 << i) {
            buffer_add_text(buffer, first ? "" : ", ");
            buffer_add_text(buffer, program_names[i]);
            first = 0;
        }
}

void config_print_manual(struct buffer *buffer)
{
    char variable[64];
    buffer_add_text(buffer,
                    "# Settings\n\nRead from the environment when a program starts. A value out of its range, or a "
                    "`BAOTING_` variable\nthat is not listed here, stops the program with one line that names it. "
                    "Bytes may end in k, M or G,\ntimes in ms, s, m, h or d. Made from "
                    "`ops/process/settings.def`.\n\n"
                    "| variable | type | standard | range | programs | |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < COUNT(settings); i++) {
        const struct setting *setting = &settings[i];
        buffer_add_format(buffer, "| `%s` | %s | %s%s%s | ", variable_of(setting->name, variable),
                          type_names[setting->type], setting->standard[0] ? "`" : "", setting->standard,
                          setting->standard[0] ? "`" : "");
        if (setting->type == TEXT || setting->type == PATH)
            buffer_add_text(buffer, setting->least && !setting->standard[0] ? "needed" : "");
        else
            buffer_add_format(buffer, "%lld to %lld", (long long)setting->least, (long long)setting->most);
        buffer_add_text(buffer, " | ");
        print_programs(buffer, setting->programs);
        buffer_add_format(buffer, " | %s |\n", setting->text);
    }
    buffer_add_text(buffer, "\nNot read by the programs, written by `ops/run` for people and tests:\n\n"
                            "| variable | |\n|---|---|\n");
    for (size_t i = 0; i < COUNT(outside); i++)
        buffer_add_format(buffer, "| `%s` | %s |\n", variable_of(outside[i].name, variable), outside[i].text);
}
