/* Values of a row, read as spreadsheets write them.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/data/import_values.h"

#include <stdio.h>

#include "consumers/table/normalise.h"
#include "process/clock.h"
#include "topics/form.h"

enum need { NEVER, ALLOWED, ROLE, NEEDED };
enum reading { READ_TEXT, READ_DAY, READ_SEX, READ_MOBILE, READ_RESIDENT_ID, READ_LOGIN, READ_NUMBER, READ_KIND };
enum { VALUE_BYTES = 2048, FIRST_YEAR = 1900, AGE_OF_JOINING = 18, EXCEL_EPOCH = 25569, SERIAL_DIGITS = 5 };

static const struct field_rule {
    enum need of_organisation, of_person;
    enum reading reading;
    int64_t most; /* code points; of numbers the greatest */
    const char *headings;
} rows[IMPORT_FIELDS] = {
#define IMPORT_ROW(field, of_organisation, of_person, reading, most, headings) \
    [field] = {of_organisation, of_person, reading, most, headings},
#include "consumers/data/import_field.def"
#undef IMPORT_ROW
};

void import_fault_add(struct import_faults *faults, int field, enum fault fault)
{
    if (faults->count < IMPORT_FAULTS_MOST)
        faults->at[faults->count++] = (struct import_fault){field, fault};
}

bool import_field_fits(enum import_kind kind, enum import_field field)
{
    enum need need = kind == IMPORT_ORGANISATIONS ? rows[field].of_organisation : rows[field].of_person;
    return need != NEVER && !(need == ROLE && kind == IMPORT_MEMBERS);
}

bool import_field_needed(enum import_kind kind, enum import_field field)
{
    return (kind == IMPORT_ORGANISATIONS ? rows[field].of_organisation : rows[field].of_person) == NEEDED;
}

/* Whether the text is one of those that | parts. */
static bool is_among(struct slice text, const char *list)
{
    while (*list) {
        size_t length = strcspn(list, "|");
        if (slice_equal(text, (struct slice){list, length}))
            return true;
        list += length + (list[length] == '|');
    }
    return false;
}

int import_field_named(enum import_kind kind, struct slice heading)
{
    char form[IMPORT_HEADING_BYTES];
    size_t length = normalise(heading, true, form, sizeof form);
    if (length == NORMALISE_UNFIT)
        return -1;
    for (int field = 0; field < IMPORT_FIELDS; field++)
        if (import_field_fits(kind, (enum import_field)field) &&
            is_among((struct slice){form, length}, rows[field].headings))
            return field;
    return -1;
}

/* Bytes that were text once: the mark of what could not be read, and what is left where such marks were saved as GBK. */
static bool is_damaged(struct slice text)
{
    uint32_t point;
    size_t latin = 0;
    for (size_t at = 0, step; at < text.length; at += step) {
        step = point_read(text, at, &point);
        if (step == 0 || point == 0xfffd || point == 0x951f /* 锟 */ || (point < 0x20 && point != '\n' && point != '\t'))
            return true;
        latin += point >= 0x80 && point <= 0xff && point != 0xb7 /* · */ && point != 0xd7;
    }
    return latin >= 2;
}

/* Numbers parted by anything: 1980-5-1, 1980.5, 1980年5月1日. Their count, 0 where it is no such thing. */
static size_t cut_numbers(struct slice text, int64_t ret_numbers[static 3])
{
    size_t count = 0, digits = 0;
    for (size_t at = 0; at < text.length; at++) {
        char byte = text.at[at];
        if (byte >= '0' && byte <= '9') {
            if (digits == 0 && count++ == 3)
                return 0;
            ret_numbers[count - 1] = (digits ? ret_numbers[count - 1] * 10 : 0) + (byte - '0');
            if (++digits > 8)
                return 0;
            continue;
        }
        digits = 0;
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'))
            return 0;
    }
    return count;
}

/* A day without parts: 19800501, 198005, 1980, or the number of days that a workbook counts. */
static size_t cut_digits(struct slice text, int64_t numbers[static 3])
{
    int64_t whole = numbers[0];
    char day[CLOCK_DAY_TEXT];
    if (text.length == 4)
        return 1;
    if (text.length == SERIAL_DIGITS) {
        clock_day_text((int32_t)(whole - EXCEL_EPOCH), day);
        return cut_numbers(slice_of(day), numbers);
    }
    if (text.length != 6 && text.length != 8)
        return 0;
    size_t count = text.length == 6 ? 2 : 3;
    numbers[0] = count == 2 ? whole / 100 : whole / 10000;
    numbers[1] = count == 2 ? whole % 100 : whole / 100 % 100;
    numbers[2] = whole % 100;
    return count;
}

static enum fault read_day(struct slice text, int64_t today, struct buffer *value)
{
    int64_t numbers[3] = {0};
    size_t count = cut_numbers(text, numbers);
    struct problem problem;
    problem_none(&problem);
    /* 2015-03-01 00:00:00 is a day as well */
    if (count == 0 && text.length > 10 && (text.at[10] == ' ' || text.at[10] == 'T'))
        count = cut_numbers((struct slice){text.at, 10}, numbers);
    if (count == 1)
        count = cut_digits(text, numbers);
    if (count == 0 || numbers[0] < 1000)
        return FAULT_day_unreadable;
    buffer_add_format(value, count == 1 ? "%04d" : count == 2 ? "%04d-%02d" : "%04d-%02d-%02d", (int)numbers[0],
                      (int)numbers[1], (int)numbers[2]);
    if (numbers[0] < FIRST_YEAR || !form_check(FORM_day, buffer_slice(value), &problem))
        return FAULT_day_impossible;
    return import_day(buffer_slice(value)) > today ? FAULT_day_order : FAULT_none;
}

static enum fault read_sex(struct slice text, struct buffer *value)
{
    bool male = is_among(text, "男|男性|m|male|1"), female = is_among(text, "女|女性|f|female|2");
    buffer_add_text(value, male ? "male" : "female");
    return male || female ? FAULT_none : FAULT_sex_unknown;
}

/* The digits of a number in groups, without the country's. */
static enum fault read_mobile(struct slice text, struct buffer *value)
{
    struct problem problem;
    problem_none(&problem);
    for (size_t at = 0; at < text.length; at++)
        if (text.at[at] != ' ' && text.at[at] != '-')
            buffer_add_byte(value, text.at[at]);
    struct slice digits = buffer_slice(value);
    size_t country = digits.length == 14 && memcmp(digits.at, "+86", 3) == 0   ? 3
                     : digits.length == 13 && memcmp(digits.at, "86", 2) == 0 ? 2
                                                                              : 0;
    if (country) {
        memmove(value->at, value->at + country, value->length - country);
        value->length -= country;
    }
    return form_check(FORM_mobile, buffer_slice(value), &problem) ? FAULT_none : FAULT_mobile_form;
}

static enum fault read_resident_id(struct slice text, struct buffer *value)
{
    struct problem problem;
    problem_none(&problem);
    for (size_t at = 0; at < text.length; at++)
        if (text.at[at] != ' ')
            buffer_add_byte(value, text.at[at] == 'x' ? 'X' : text.at[at]);
    if (value->length != 18)
        return FAULT_resident_id_form;
    return form_check(FORM_resident_id, buffer_slice(value), &problem) ? FAULT_none : FAULT_resident_id_check;
}

static enum fault read_login(struct slice text, struct buffer *value)
{
    struct problem problem;
    problem_none(&problem);
    buffer_add_slice(value, text);
    return text.length >= 3 && text.length <= 32 && form_check(FORM_login, text, &problem) ? FAULT_none : FAULT_login_form;
}

static enum fault read_number(struct slice text, int64_t most, struct buffer *value)
{
    int64_t number;
    if (!slice_number(text, &number) || number < 0 || number > most)
        return FAULT_whole_number;
    buffer_add_number(value, number);
    return FAULT_none;
}

/* The kind's number, by its Chinese or wire name. */
static enum fault read_kind(struct slice text, struct buffer *value)
{
    static const char *const names[] = {
        [ORGANISATION_COUNTY_COMMITTEE] = "县委|county_committee",
        [ORGANISATION_WORKING_COMMITTEE] = "党工委|working_committee",
        [ORGANISATION_COMMITTEE] = "党委|基层党委|committee",
        [ORGANISATION_GENERAL_BRANCH] = "党总支|总支|党总支部|general_branch",
        [ORGANISATION_BRANCH] = "党支部|支部|branch",
        [ORGANISATION_TEMPORARY_BRANCH] = "临时党支部|临时支部|temporary_branch",
        [ORGANISATION_GROUP] = "党小组|group",
        [ORGANISATION_JOINT_BRANCH] = "联合党支部|联合支部|joint_branch",
        [ORGANISATION_VILLAGE_GROUP] = "村民小组|village_group",
    };
    for (size_t kind = 0; kind < sizeof names / sizeof names[0]; kind++)
        if (is_among(text, names[kind])) {
            buffer_add_number(value, (int64_t)kind);
            return FAULT_none;
        }
    return FAULT_kind_unknown_here;
}

static enum fault read_value(const struct field_rule *row, struct slice text, int64_t today, struct buffer *value)
{
    switch (row->reading) {
    case READ_DAY:
        return read_day(text, today, value);
    case READ_SEX:
        return read_sex(text, value);
    case READ_MOBILE:
        return read_mobile(text, value);
    case READ_RESIDENT_ID:
        return read_resident_id(text, value);
    case READ_LOGIN:
        return read_login(text, value);
    case READ_NUMBER:
        return read_number(text, row->most, value);
    case READ_KIND:
        return read_kind(text, value);
    case READ_TEXT:
        break;
    }
    buffer_add_slice(value, text);
    return slice_points(text) > row->most ? FAULT_value_long : FAULT_none;
}

int64_t import_day(struct slice day)
{
    char text[CLOCK_DAY_TEXT] = "0000-01-01";
    int32_t number = 0;
    memcpy(text, day.at, day.length < sizeof text - 1 ? day.length : sizeof text - 1);
    return clock_day_parse(slice_of(text), &number) ? number : 0;
}

/* One day before the other, as far as both go: 1980 is not before 1980-05. */
static bool is_before(struct slice one, struct slice other)
{
    size_t length = one.length < other.length ? one.length : other.length;
    return one.at && other.at && memcmp(one.at, other.at, length) < 0;
}

/* What the days say of each other: eighteen years at the joining (Party constitution, article 1), and a life's order. */
static void check_days(const struct import_values *values, struct import_faults *faults)
{
    char grown[CLOCK_DAY_TEXT];
    struct slice born = values->at[IMPORT_BIRTH_DATE], joined = values->at[IMPORT_JOINED_ON];
    int64_t year;
    if (born.at && slice_number((struct slice){born.at, 4}, &year)) {
        int length = snprintf(grown, sizeof grown, "%04d%.*s", (int)year + AGE_OF_JOINING, (int)born.length - 4,
                              born.at + 4);
        if (is_before(joined, (struct slice){grown, (size_t)length}))
            import_fault_add(faults, IMPORT_JOINED_ON, FAULT_day_order);
    }
    if (is_before(values->at[IMPORT_REGULAR_ON], joined))
        import_fault_add(faults, IMPORT_REGULAR_ON, FAULT_day_order);
    if (is_before(values->at[IMPORT_WORKED_FROM], born))
        import_fault_add(faults, IMPORT_WORKED_FROM, FAULT_day_order);
}

/* What the resident ID number tells must be what stands beside it. */
static void check_resident_id(const struct import_values *values, struct import_faults *faults)
{
    char born[FORM_DAY_TEXT];
    const char *sex;
    struct slice said = values->at[IMPORT_BIRTH_DATE];
    if (!values->at[IMPORT_RESIDENT_ID].at)
        return;
    form_resident_id(values->at[IMPORT_RESIDENT_ID], born, &sex);
    if (said.at && memcmp(born, said.at, said.length) != 0)
        import_fault_add(faults, IMPORT_BIRTH_DATE, FAULT_resident_id_contradicts);
    if (values->at[IMPORT_SEX].at && !slice_equal(values->at[IMPORT_SEX], slice_of(sex)))
        import_fault_add(faults, IMPORT_SEX, FAULT_resident_id_contradicts);
}

/* Reads one value in place; a faulty one is taken out, so that nothing follows from it. */
static bool read_one(int field, int64_t today, struct arena *arena, struct slice *at, struct import_faults *faults)
{
    char form[VALUE_BYTES];
    struct buffer value = buffer_new(VALUE_BYTES);
    size_t length = normalise(*at, false, form, sizeof form);
    struct slice text = {form, length};
    enum fault fault = length == NORMALISE_UNFIT ? FAULT_value_long : FAULT_none;
    if (!fault && length == 0) {
        *at = (struct slice){NULL, 0};
        return true;
    }
    if (!fault && is_damaged(text))
        fault = FAULT_text_encoding;
    else if (!fault && memchr(form, '*', length))
        fault = FAULT_value_masked;
    if (!fault)
        fault = read_value(&rows[field], text, today, &value);
    *at = fault ? (struct slice){NULL, 0} : (struct slice){arena_copy(arena, buffer_slice(&value)), value.length};
    buffer_free(&value);
    if (fault)
        import_fault_add(faults, field, fault);
    return fault || at->at;
}

bool import_values_read(enum import_kind kind, int64_t today, struct arena *arena, struct import_values *values,
                        struct import_faults *faults)
{
    for (int field = 0; field < IMPORT_FIELDS; field++) {
        size_t known = faults->count;
        if (values->at[field].at && !read_one(field, today, arena, &values->at[field], faults))
            return false;
        if (!values->at[field].at && faults->count == known && import_field_needed(kind, (enum import_field)field))
            import_fault_add(faults, field, FAULT_value_missing);
    }
    check_days(values, faults);
    check_resident_id(values, faults);
    return true;
}
