/* The workbook reader: workbooks built here with libzip, as Excel, other writers and enemies make them.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_sheet.h"

#include <zip.h>

#include "case_rows.h"
#include "process/memory.h"

struct part {
    const char *name, *text;
    size_t length; /* 0: the text's own */
};

#define RELATIONS "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

static const struct part root = {"_rels/.rels",
                                 RELATIONS "<Relationship Id='rId1' Type='" OFFICE
                                           "/officeDocument' Target='xl/workbook.xml'/></Relationships>",
                                 0};
static const struct part book = {"xl/workbook.xml",
                                 "<workbook xmlns='" MAIN "' xmlns:r='" OFFICE
                                 "'><sheets><sheet name='h' sheetId='1' state='hidden' r:id='rId9'/>"
                                 "<sheet name='题' sheetId='2' r:id='rId1'/></sheets></workbook>",
                                 0};
static const struct part relations = {
    "xl/_rels/workbook.xml.rels",
    RELATIONS "<Relationship Id='rId1' Type='" OFFICE "/worksheet' Target='/xl/worksheets/sheet1.xml'/>"
              "<Relationship Id='rId2' Type='" OFFICE
              "/sharedStrings' Target='sharedStrings.xml'/></Relationships>",
    0};
static const struct part strings = {"xl/sharedStrings.xml",
                                    "<sst xmlns='" MAIN
                                    "'><si><t>题型</t></si><si><t>题干</t></si><si><t>答案</t></si>"
                                    "<si><r><t>判</t></r><r><rPr><b/></rPr><t "
                                    "xml:space='preserve'>断</t></r><rPh sb='0' eb='1'><t>pan</t></rPh></si>"
                                    "<si><t>两行_x000D_\n_x005F_x0041_</t></si></sst>",
                                    0};

#define SHEET(rows)                                                                                          \
    "<?xml version='1.0'?><worksheet xmlns='" MAIN "'><sheetData>" rows "</sheetData></worksheet>"
#define HEADER                                                                                               \
    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>2</v></c></row>"
#define TRUTH                                                                                                \
    "<row r='2'><c r='A2' t='s'><v>3</v></c><c r='B2' t='s'><v>4</v></c><c r='C2' t='b'><v>1</v></c></row>"

/* An archive of the parts, packed; the caller frees it. */
static struct buffer pack(const struct part *const *parts, size_t count)
{
    zip_error_t error;
    zip_stat_t stat;
    struct buffer bytes = buffer_new(64 << 20);
    zip_error_init(&error);
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    zip_source_keep(to);
    for (size_t i = 0; i < count; i++) {
        size_t length = parts[i]->length ? parts[i]->length : strlen(parts[i]->text);
        zip_source_t *from = zip_source_buffer(zip, parts[i]->text, length, 0);
        assert_true(zip_file_add(zip, parts[i]->name, from, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(to), 0);
    assert_int_equal(zip_source_stat(to, &stat), 0);
    char *at = buffer_reserve(&bytes, stat.size);
    assert_int_equal(zip_source_read(to, at, stat.size), stat.size);
    bytes.length = stat.size;
    zip_source_close(to);
    zip_source_free(to);
    return bytes;
}

static struct buffer workbook(const char *sheet)
{
    struct part part = {"xl/worksheets/sheet1.xml", sheet, 0};
    const struct part *parts[] = {&root, &book, &relations, &strings, &part};
    return pack(parts, 5);
}

static void expect_bytes(const struct import_limits *limits, struct slice bytes, const char *wanted)
{
    struct buffer out = buffer_new(1 << 20);
    case_show(question_workbook_read, limits, bytes, &out);
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.at, wanted);
    buffer_free(&out);
}

static void expect(const char *sheet, const char *wanted)
{
    struct buffer bytes = workbook(sheet);
    expect_bytes(&case_limits, buffer_slice(&bytes), wanted);
    buffer_free(&bytes);
}

static void expect_parts(const struct import_limits *limits, const struct part *const *parts, size_t count,
                         const char *wanted)
{
    struct buffer bytes = pack(parts, count);
    expect_bytes(limits, buffer_slice(&bytes), wanted);
    buffer_free(&bytes);
}

static void cases_give_what_is_written_beside_them(void **state)
{
    (void)state;
    case_run("workbook", question_workbook_read);
}

static void every_sort_of_cell_is_read(void **state)
{
    (void)state;
    expect(SHEET(HEADER TRUTH), "2:1 truth 100\n  stem: 两行\n_x0041_\n  true\n");
    expect(SHEET(HEADER "<row><c t='inlineStr'><is><t>判</t><rPh><t>x</t></rPh><t>断</t></is></c><c "
                        "t='str'><f>A1&amp;B1</f>"
                        "<v>公式</v></c><c t='b'><v>0</v></c></row>"),
           "2:1 truth 100\n  stem: 公式\n  false\n");
    expect(SHEET(HEADER "<row r='9'><c r='A9' t='inlineStr'><is><t>数值</t></is></c><c r='B9'><v>2026</v></c>"
                        "<c r='C9'><v>1.1000000000000001</v></c></row>"),
           "9:1 number 100\n  stem: 2026\n  number 1100000 from 1100000 to 1100000 1000000\n");
    expect(SHEET(HEADER "<row r='9'><c r='A9' t='inlineStr'><is><t>数值</t></is></c><c r='B9'><v>1</v></c>"
                        "<c r='C9'><v>1E-4</v></c></row>"),
           "9:1 number 100\n  stem: 1\n  number 100 from 100 to 100 1000000\n");
    expect(SHEET(HEADER "<row r='3'><c r='A3' t='s'><v>3</v></c><c r='B3' t='e'><v>#REF!</v></c></row>"),
           "3:2 refused cell_error\n");
    expect(
        SHEET(
            HEADER
            "<row r='3'><c r='A3' t='s'><v>3</v></c><c r='B3' t='s'><v>4</v></c><c r='C3' t='b'><v>1</v></c>"
            "<c r='E3'><v>7</v></c></row>"),
        "3:5 refused cell_beyond\n");
    expect(SHEET(HEADER), "file file_empty at 1:0\n");
    expect(SHEET(""), "file header_missing at 1:0\n");
}

static void places_must_be_lawful(void **state)
{
    (void)state;
    expect(SHEET(HEADER "<row r='1'/>"), "file cell_place at 1:3\n");
    expect(SHEET(HEADER "<row r='1048577'/>"), "file rows_many at 1:3\n");
    expect(SHEET(HEADER "<row r='x'/>"), "file cell_place at 1:3\n");
    expect(SHEET(HEADER "<row r='2'><c r='B2'/><c r='A2'/></row>"), "file cell_place at 2:2\n");
    expect(SHEET(HEADER "<row r='2'><c r='B3'/></row>"), "file cell_place at 2:0\n");
    expect(SHEET(HEADER "<row r='2'><c r='ZZZZ2'/></row>"), "file cell_place at 2:0\n");
    expect(SHEET(HEADER "<row r='2'><c r='A2' t='s'><v>99</v></c></row>"), "file xml_broken at 2:1\n");
    expect(SHEET("<c r='A1'/>"), "file xml_broken at 0:0\n");
    expect(SHEET(HEADER) "<more/>", "file xml_broken at 1:3\n");
    expect("<worksheet", "file xml_broken at 0:0\n");
}

static void enemies_are_refused(void **state)
{
    (void)state;
    expect("<!DOCTYPE a [<!ENTITY b 'c'>]>"
           "<worksheet/>",
           "file xml_doctype at 0:0\n");
    struct buffer deep = buffer_new(1 << 20);
    for (int i = 0; i < 100; i++)
        buffer_add_text(&deep, "<a>");
    buffer_add_byte(&deep, '\0');
    expect(deep.at, "file xml_deep at 0:0\n");
    buffer_free(&deep);
    expect_bytes(&case_limits, SLICE("PK\3\4 not a workbook"), "file archive_broken at 0:0\n");
    expect_bytes(&case_limits, SLICE(""), "file archive_broken at 0:0\n");
    struct part odd = {"xl/worksheets/sheet1.xml", SHEET(HEADER TRUTH), 0};
    const struct part *all[] = {&root, &book, &relations, &strings, &odd};
    expect_parts(&case_limits, all, 3, "file archive_part at 0:0\n");
    expect_parts(&case_limits, all + 1, 4, "file archive_part at 0:0\n");
    struct part climbing = {"_rels/.rels",
                            RELATIONS
                            "<Relationship Id='a' Type='x/officeDocument' Target='../../etc/passwd'/>"
                            "</Relationships>",
                            0};
    expect_parts(&case_limits, (const struct part *[]){&climbing}, 1, "file archive_part at 0:0\n");
    struct part unseen = {"xl/workbook.xml",
                          "<workbook><sheets><sheet state='veryHidden' r='' id='a'/></sheets></workbook>", 0};
    expect_parts(&case_limits, (const struct part *[]){&root, &unseen}, 2, "file sheet_missing at 0:0\n");
}

static void bombs_end_at_the_ceilings(void **state)
{
    (void)state;
    struct import_limits limits = case_limits;
    size_t size = 7 << 20;
    char *zeros = memory_new(size);
    memset(zeros, ' ', size);
    memcpy(zeros, "<worksheet>", 11);
    struct part bomb = {"xl/worksheets/sheet1.xml", zeros, size};
    const struct part *parts[] = {&root, &book, &relations, &strings, &bomb};
    expect_parts(&limits, parts, 5, "file archive_ratio at 0:0\n");
    limits.table.unpacked = 1 << 20;
    expect_parts(&limits, parts, 5, "file archive_large at 0:0\n");
    limits.table.entries = 4;
    expect_parts(&limits, parts, 5, "file archive_entries at 0:0\n");
    limits = case_limits;
    limits.table.bytes = 100;
    expect_parts(&limits, parts, 5, "file file_large at 0:0\n");
    limits = case_limits;
    limits.table.strings = 4;
    expect_parts(&limits, parts, 5, "file strings_many at 0:0\n");
    limits = case_limits;
    limits.table.columns = 2;
    struct part sheet = {"xl/worksheets/sheet1.xml", SHEET(HEADER TRUTH), 0};
    parts[4] = &sheet;
    expect_parts(&limits, parts, 5, "file columns_many at 1:3\n");
    free(zeros);
}

static void a_second_entry_of_a_name_is_refused(void **state)
{
    (void)state;
    struct part first = {"xl/worksheets/sheet1.xml", SHEET(HEADER TRUTH), 0},
                second = {"xl/worksheets/sheet2.xml", "", 0};
    const struct part *parts[] = {&root, &book, &relations, &strings, &first, &second};
    struct buffer bytes = pack(parts, 6);
    for (size_t i = 0; i + 24 <= bytes.length; i++)
        if (memcmp(bytes.at + i, second.name, 24) == 0)
            bytes.at[i + 19] = '1';
    struct buffer out = buffer_new(1 << 16);
    case_show(question_workbook_read, &case_limits, buffer_slice(&bytes), &out);
    assert_true(strncmp(out.at, "file archive_twice", 18) == 0 ||
                strncmp(out.at, "file archive_broken", 19) == 0);
    buffer_free(&out);
    buffer_free(&bytes);
}

static void a_password_is_named(void **state)
{
    (void)state;
    struct buffer bytes = workbook(SHEET(HEADER TRUTH));
    for (size_t i = 0; i + 4 <= bytes.length;
         i++) { /* the flag of encryption, in local and central headers */
        if (memcmp(bytes.at + i, "PK\3\4", 4) == 0)
            bytes.at[i + 6] |= 1;
        if (memcmp(bytes.at + i, "PK\1\2", 4) == 0)
            bytes.at[i + 8] |= 1;
    }
    expect_bytes(&case_limits, buffer_slice(&bytes), "file archive_encrypted at 0:0\n");
    buffer_free(&bytes);
}

static void a_cut_or_bent_workbook_never_harms(void **state)
{
    (void)state;
    struct buffer bytes = workbook(SHEET(HEADER TRUTH)), out = buffer_new(1 << 20);
    for (size_t length = 0; length < bytes.length; length += 3) {
        buffer_empty(&out);
        case_show(question_workbook_read, &case_limits, (struct slice){bytes.at, length}, &out);
        assert_true(strncmp(out.at, "file ", 5) == 0);
    }
    for (size_t i = 0; i < bytes.length; i++) {
        bytes.at[i] ^= 0x55;
        case_show(question_workbook_read, &case_limits, buffer_slice(&bytes), &out);
        bytes.at[i] ^= 0x55;
    }
    buffer_free(&out);
    buffer_free(&bytes);
}

static void an_arena_too_small_is_said_and_nothing_else(void **state)
{
    (void)state;
    struct buffer bytes = workbook(SHEET(HEADER TRUTH));
    for (size_t ceiling = 0; ceiling < 9000; ceiling += 16) {
        struct arena *arena = arena_new(16, ceiling);
        struct question_rows rows;
        struct file_error error;
        if (question_workbook_read(buffer_slice(&bytes), &case_limits, arena, &rows, &error))
            assert_int_equal(rows.accepted, 1);
        else
            assert_true(error.fault == FAULT_memory_ceiling || error.fault == FAULT_archive_part);
        arena_free(arena);
    }
    buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_give_what_is_written_beside_them),
        cmocka_unit_test(every_sort_of_cell_is_read),
        cmocka_unit_test(places_must_be_lawful),
        cmocka_unit_test(enemies_are_refused),
        cmocka_unit_test(bombs_end_at_the_ceilings),
        cmocka_unit_test(a_second_entry_of_a_name_is_refused),
        cmocka_unit_test(a_password_is_named),
        cmocka_unit_test(a_cut_or_bent_workbook_never_harms),
        cmocka_unit_test(an_arena_too_small_is_said_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
