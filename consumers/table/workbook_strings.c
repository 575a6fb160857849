/* Relations, sheets and shared strings of a workbook.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/workbook_strings.h"

#include "consumers/table/xml.h"
#include "process/hex.h"

struct relations {
    struct arena *arena;
    const char *id, *type; /* what is looked for: a relation's id, a relation whose type ends so */
    char *by_id, *by_type; /* their targets */
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static enum fault relation_start(void *to, const char *name, const char **attributes)
{
    struct relations *relations = to;
    const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type");
    const char *target = xml_attribute(attributes, "Target"), *mode = xml_attribute(attributes, "TargetMode");
    if (strcmp(name, "Relationship") != 0 || !id || !type || !target ||
        (mode && strcmp(mode, "Internal") != 0))
        return FAULT_none;
    if (relations->id && strcmp(id, relations->id) == 0)
        relations->by_id = arena_copy(relations->arena, slice_of(target));
    if (!relations->by_type && ends_with(type, relations->type))
        relations->by_type = arena_copy(relations->arena, slice_of(target));
    return FAULT_none;
}

static enum fault ignore_end(void *to, const char *name)
{
    (void)to, (void)name;
    return FAULT_none;
}

/* base/target, or target when it begins with a slash; NULL when it climbs out or the arena is full. */
static const char *resolve(struct arena *arena, const char *part, const char *target)
{
    const char *slash = strrchr(part, '/');
    size_t base = slash && target[0] != '/' ? (size_t)(slash - part) + 1 : 0;
    target += target[0] == '/';
    char *name = arena_take(arena, base + strlen(target) + 1);
    if (!name || strstr(target, "..") || strchr(target, '\\'))
        return NULL;
    memcpy(name, part, base);
    memcpy(name + base, target, strlen(target));
    return name;
}

/* The part that holds the relations of another: a/b.xml has a/_rels/b.xml.rels. */
static const char *relations_of(struct arena *arena, const char *part)
{
    const char *slash = strrchr(part, '/');
    size_t base = slash ? (size_t)(slash - part) + 1 : 0, length = strlen(part) + 12;
    char *name = arena_take(arena, length + 1);
    if (!name)
        return NULL;
    memcpy(name, part, base);
    memcpy(name + base, "_rels/", 6);
    memcpy(name + base + 6, part + base, strlen(part) - base);
    memcpy(name + 6 + strlen(part), ".rels", 5);
    return name;
}

struct sheets {
    struct arena *arena;
    char *id; /* of the first visible one */
};

static enum fault sheets_start(void *to, const char *name, const char **attributes)
{
    struct sheets *sheets = to;
    const char *state = xml_attribute(attributes, "state"), *id = xml_attribute(attributes, "id");
    if (sheets->id || strcmp(name, "sheet") != 0 || !id || (state && strcmp(state, "visible") != 0))
        return FAULT_none;
    sheets->id = arena_copy(sheets->arena, slice_of(id));
    return sheets->id ? FAULT_none : FAULT_memory_ceiling;
}

enum fault workbook_find(struct archive *archive, struct arena *arena, unsigned depth,
                                  struct workbook_parts *ret_parts)
{
    static const struct xml_events relation_events = {relation_start, ignore_end, NULL};
    static const struct xml_events sheets_events = {sheets_start, ignore_end, NULL};
    struct relations root = {.arena = arena, .type = "/officeDocument"};
    enum fault fault = xml_read(archive, "_rels/.rels", depth, &relation_events, &root);
    const char *book = root.by_type ? resolve(arena, "", root.by_type) : NULL;
    if (fault || !book)
        return fault ? fault : FAULT_archive_part;
    struct sheets sheets = {.arena = arena};
    fault = xml_read(archive, book, depth, &sheets_events, &sheets);
    if (fault || !sheets.id)
        return fault ? fault : FAULT_sheet_missing;
    struct relations relations = {.arena = arena, .id = sheets.id, .type = "/sharedStrings"};
    const char *part = relations_of(arena, book);
    fault = part ? xml_read(archive, part, depth, &relation_events, &relations) : FAULT_memory_ceiling;
    if (fault)
        return fault;
    struct workbook_parts parts = {
        .sheet = relations.by_id ? resolve(arena, book, relations.by_id) : NULL,
        .strings = relations.by_type ? resolve(arena, book, relations.by_type) : NULL,
    };
    if (!parts.sheet || (relations.by_type && !parts.strings))
        return FAULT_archive_part;
    *ret_parts = parts;
    return FAULT_none;
}

/* The ASCII character of _x00HH_ at the start, -1 if there is none. */
static int escape_at(struct slice text)
{
    if (text.length < 7 || memcmp(text.at, "_x00", 4) != 0 || text.at[6] != '_')
        return -1;
    int high = hex_value(text.at[4]), low = hex_value(text.at[5]);
    return high < 0 || low < 0 || high > 7 ? -1 : high * 16 + low;
}

struct slice workbook_text(struct arena *arena, struct slice text)
{
    char *copy = arena_copy(arena, text);
    size_t length = 0;
    for (size_t i = 0; copy && i < text.length; i++) {
        int escape = escape_at((struct slice){text.at + i, text.length - i});
        char byte = escape < 0 ? text.at[i] : (char)escape;
        i += escape < 0 ? 0 : 6;
        if (byte != '\r')
            copy[length++] = byte;
    }
    return (struct slice){copy, length};
}

struct strings {
    struct arena *arena;
    const struct table_limits *limits;
    struct buffer text;
    bool in_text;
    unsigned phonetic; /* how deep within a phonetic reading */
    size_t count, room;
    struct slice *at;
};

static enum fault strings_start(void *to, const char *name, const char **attributes)
{
    struct strings *strings = to;
    (void)attributes;
    if (strcmp(name, "si") == 0)
        buffer_empty(&strings->text);
    strings->phonetic += strcmp(name, "rPh") == 0;
    strings->in_text = strcmp(name, "t") == 0 && !strings->phonetic;
    return FAULT_none;
}

static enum fault strings_text(void *to, struct slice text)
{
    struct strings *strings = to;
    if (strings->in_text)
        buffer_add_slice(&strings->text, text);
    return strings->text.overflowed ? FAULT_memory_ceiling : FAULT_none;
}

static enum fault strings_end(void *to, const char *name)
{
    struct strings *strings = to;
    strings->in_text = false;
    strings->phonetic -= strings->phonetic && strcmp(name, "rPh") == 0;
    if (strcmp(name, "si") != 0)
        return FAULT_none;
    if (strings->count >= strings->limits->strings)
        return FAULT_strings_many;
    if (strings->count == strings->room) {
        size_t room = strings->room ? strings->room * 2 : 256;
        struct slice *at = arena_take(strings->arena, room * sizeof *at);
        if (!at)
            return FAULT_memory_ceiling;
        if (strings->count)
            memcpy(at, strings->at, strings->count * sizeof *at);
        strings->at = at;
        strings->room = room;
    }
    struct slice text = workbook_text(strings->arena, buffer_slice(&strings->text));
    strings->at[strings->count++] = text;
    return text.at ? FAULT_none : FAULT_memory_ceiling;
}

enum fault workbook_strings(struct archive *archive, const char *part,
                                     const struct table_limits *limits, struct arena *arena,
                                     struct string_list *ret_strings)
{
    static const struct xml_events events = {strings_start, strings_end, strings_text};
    struct strings strings = {.arena = arena, .limits = limits, .text = buffer_new(limits->unpacked)};
    enum fault fault = xml_read(archive, part, limits->depth, &events, &strings);
    buffer_free(&strings.text);
    if (!fault)
        *ret_strings = (struct string_list){strings.count, strings.at};
    return fault;
}
