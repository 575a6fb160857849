/* Decoding by the catalogue's rows: what is refused, where, and what old messages still mean.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/decode.h"

#include "case_files.h"
#include "topics/encode.h"
#include "topics/messages.h"
#include "topics/route.h"

#define EXAM "01234567-89ab-4cde-8f01-23456789abcd"
#define ATTEMPT "fedcba98-7654-4321-8fed-cba987654321"
#define SUBMIT "exam_submit", "/v1/exams/" EXAM "/submissions", NULL
#define ANSWER "exam_answer", "/v1/exams/" EXAM "/attempts/" ATTEMPT "/answers/7", NULL
#define CREATE "organisation_create", "/v1/organisations", NULL
#define ENROL "member_enrol", "/v1/members", NULL
#define RULE "points_rule_adopt", "/v1/points/rules", NULL
#define BOARD "leaderboard_members", "/v1/leaderboards/members"
#define IMPORT "question_import", "/v1/questions:import"
#define A_RULE(amount, from) \
    "{\"rule\":\"exam\",\"title\":\"考试\",\"version\":1,\"effective_from\":\"" from "\",\"basis\":\"fixed\",\"amount\":" amount \
    ",\"daily_cap\":15,\"legal_basis\":\"文号\"}"
#define A_MEMBER(more) "{\"login\":\"m1x\",\"name\":\"某某\",\"ethnicity\":\"黎族\",\"birth_year\":1980,\"joined_year\":2010" more "}"
#define MEMBERS(list) "{\"organisation\":\"" EXAM "\",\"initial_password\":\"12345678\",\"members\":[" list "]}"
#define NODE(name) "{\"kind\":\"branch\",\"name\":\"" name "\",\"short_name\":\"支部\",\"ordinal\":0}"

/* What the strict manner says: code and pointer; PROBLEM_none is accepted. */
static const struct {
    const char *name, *path, *query, *body;
    enum problem_code code;
    const char *pointer;
} rows[] = {
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[]}", PROBLEM_none, ""},
    {SUBMIT, " { \"answers\" : [ ] , \"writer\" : 1 , \"attempt\" : \"" ATTEMPT "\" } ", PROBLEM_none, ""},
    {SUBMIT, "{\"att\\u0065mpt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[]}", PROBLEM_none, ""},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[{\"question\":1,\"seq\":1,\"answer\":{\"truth\":true}}]}", PROBLEM_none, ""},
    {SUBMIT, "", PROBLEM_malformed, ""},
    {SUBMIT, "{", PROBLEM_malformed, ""},
    {SUBMIT, "[]", PROBLEM_invalid, ""},
    {SUBMIT, "null", PROBLEM_invalid, ""},
    {SUBMIT, "{}", PROBLEM_invalid, "/attempt"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1}", PROBLEM_invalid, "/answers"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[]}x", PROBLEM_malformed, ""},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[]}{}", PROBLEM_malformed, ""},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[],\"extra\":1}", PROBLEM_invalid, "/extra"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[],\"a/b~c\":1}", PROBLEM_invalid, "/a~1b~0c"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[],\"exam\":\"" EXAM "\"}", PROBLEM_invalid, "/exam"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"writer\":1,\"answers\":[]}", PROBLEM_malformed, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"wr\\u0069ter\":1,\"answers\":[]}", PROBLEM_malformed, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":0,\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1000001,\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1e2,\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1.0,\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":99999999999999999999,\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":01,\"answers\":[]}", PROBLEM_malformed, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":\"1\",\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":null,\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":true,\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":[1],\"answers\":[]}", PROBLEM_invalid, "/writer"},
    {SUBMIT, "{\"attempt\":\"fedcba98\",\"writer\":1,\"answers\":[]}", PROBLEM_invalid, "/attempt"},
    {SUBMIT, "{\"attempt\":\"gedcba98-7654-4321-8fed-cba987654321\",\"writer\":1,\"answers\":[]}", PROBLEM_invalid, "/attempt"},
    {SUBMIT, "{\"attempt\":7,\"writer\":1,\"answers\":[]}", PROBLEM_invalid, "/attempt"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":{}}", PROBLEM_invalid, "/answers"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[1]}", PROBLEM_invalid, "/answers/0"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[{\"question\":1,\"seq\":1,\"answer\":{\"truth\":true}},{\"question\":2,\"seq\":1}]}",
     PROBLEM_invalid, "/answers/1/answer"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[{\"question\":1,\"seq\":1,\"answer\":{\"truth\":true},}]}", PROBLEM_malformed, "/answers/0"},
    {SUBMIT, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[{\"question\":1,\"seq\":1,\"answer\":{\"pairs\":[{\"left\":1,\"right\":51}]}}]}",
     PROBLEM_invalid, "/answers/0/answer/pairs/0/right"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":[2]}}", PROBLEM_none, ""},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":[]}}", PROBLEM_none, ""},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"number\":\"3.50\"}}", PROBLEM_none, ""},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"blanks\":[\"\"]}}", PROBLEM_none, ""},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{}}", PROBLEM_invalid, "/answer"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":[1],\"truth\":true}}", PROBLEM_invalid, "/answer"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"picked\":[1]}}", PROBLEM_invalid, "/answer/picked"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":null}}", PROBLEM_invalid, "/answer/chosen"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":2}}", PROBLEM_invalid, "/answer/chosen"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":[0]}}", PROBLEM_invalid, "/answer/chosen/0"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":[1,51]}}", PROBLEM_invalid, "/answer/chosen/1"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"order\":[]}}", PROBLEM_invalid, "/answer/order"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"truth\":1}}", PROBLEM_invalid, "/answer/truth"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"truth\":\"true\"}}", PROBLEM_invalid, "/answer/truth"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"truth\":truth}}", PROBLEM_malformed, "/answer/truth"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"number\":3.5}}", PROBLEM_invalid, "/answer/number"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"number\":\"\"}}", PROBLEM_invalid, "/answer/number"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"number\":\"1234567890123456789012345\"}}", PROBLEM_invalid, "/answer/number"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"blanks\":[\"\\ud800\"]}}", PROBLEM_malformed, "/answer/blanks/0"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"blanks\":[\"\\u0000\"]}}", PROBLEM_malformed, "/answer/blanks/0"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"blanks\":[\"\xc0\xaf\"]}}", PROBLEM_malformed, ""},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"blanks\":[\"\x01\"]}}", PROBLEM_malformed, "/answer/blanks/0"},
    {ANSWER, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":[[[[[[[[[[[[[[[[[[[[", PROBLEM_malformed, "/answer/chosen/0"},
    {"exam_answer", "/v1/exams/" EXAM "/attempts/" ATTEMPT "/answers/0", NULL, "{}", PROBLEM_not_found, "/question"},
    {"exam_answer", "/v1/exams/" EXAM "/attempts/" ATTEMPT "/answers/x", NULL, "{}", PROBLEM_not_found, "/question"},
    {"exam_answer", "/v1/exams/" EXAM "/attempts/7/answers/1", NULL, "{}", PROBLEM_not_found, "/attempt"},
    {"exam_answer", "/v1/exams/" EXAM "/attempts", NULL, "{}", PROBLEM_not_found, ""},
    {"exam_start", "/v1/exams/" EXAM "/attempts", NULL, "", PROBLEM_none, ""},
    {"exam_start", "/v1/exams/" EXAM "/attempts", NULL, "{}", PROBLEM_none, ""},
    {"exam_start", "/v1/exams/" EXAM "/attempts", NULL, "[]", PROBLEM_invalid, ""},
    {"exam_start", "/v1/exams/" EXAM "/attempts", NULL, "{\"exam\":1}", PROBLEM_invalid, "/exam"},
    {"exam_start", "/v1/exams/" EXAM "/attempts", "a=1", "", PROBLEM_bad_parameter, "/a"},
    {CREATE, NODE("党委"), PROBLEM_none, ""},
    {CREATE, NODE("党"), PROBLEM_invalid, "/name"},
    {CREATE, NODE("\\uD842\\uDFB7\\uD842\\uDFB7"), PROBLEM_none, ""}, /* two characters, not four */
    {CREATE, "{\"kind\":\"Branch\",\"name\":\"党委\",\"short_name\":\"支部\",\"ordinal\":0}", PROBLEM_invalid, "/kind"},
    {CREATE, "{\"kind\":1,\"name\":\"党委\",\"short_name\":\"支部\",\"ordinal\":0}", PROBLEM_invalid, "/kind"},
    {CREATE, "{\"parent\":null,\"kind\":\"branch\",\"name\":\"党委\",\"short_name\":\"支部\",\"ordinal\":0}", PROBLEM_invalid, "/parent"},
    {CREATE, "{\"kind\":\"branch\",\"name\":\"党委\",\"short_name\":\"支部\",\"ordinal\":-1}", PROBLEM_invalid, "/ordinal"},
    {CREATE, "{\"kind\":\"branch\",\"name\":\"党委\",\"short_name\":\"支部\",\"ordinal\":-0}", PROBLEM_none, ""},
    {ENROL, MEMBERS(A_MEMBER("")), PROBLEM_none, ""},
    {ENROL, MEMBERS(""), PROBLEM_invalid, "/members"},
    {ENROL, MEMBERS(A_MEMBER("") "," A_MEMBER(",\"id\":1")), PROBLEM_invalid, "/members/1/id"},
    {ENROL, "{\"organisation\":\"" EXAM "\",\"initial_password\":\"1234567\",\"members\":[" A_MEMBER("") "]}", PROBLEM_invalid, "/initial_password"},
    {ENROL, MEMBERS("{\"login\":\"M1X\",\"name\":\"某某\",\"ethnicity\":\"黎族\",\"birth_year\":1980,\"joined_year\":2010}"), PROBLEM_invalid, "/members/0/login"},
    {ENROL, MEMBERS("{\"login\":\"m\\u0301x\",\"name\":\"某某\",\"ethnicity\":\"黎族\",\"birth_year\":1980,\"joined_year\":2010}"), PROBLEM_invalid, "/members/0/login"},
    {RULE, A_RULE("9.5", "2026-01-01T00:00:00Z"), PROBLEM_none, ""},
    {RULE, A_RULE("9.501", "2026-01-01T00:00:00Z"), PROBLEM_invalid, "/amount"},
    {RULE, A_RULE("0", "2026-01-01T00:00:00Z"), PROBLEM_invalid, "/amount"},
    {RULE, A_RULE("1e2", "2026-01-01T00:00:00Z"), PROBLEM_invalid, "/amount"},
    {RULE, A_RULE("1000.01", "2026-01-01T00:00:00Z"), PROBLEM_invalid, "/amount"},
    {RULE, A_RULE("\"9\"", "2026-01-01T00:00:00Z"), PROBLEM_invalid, "/amount"},
    {RULE, A_RULE("9", "2026-01-01"), PROBLEM_invalid, "/effective_from"},
    {RULE, A_RULE("9", "2026-02-29T00:00:00Z"), PROBLEM_invalid, "/effective_from"},
    {RULE, A_RULE("9", "2026-01-01T00:00:00"), PROBLEM_invalid, "/effective_from"},
    {RULE, A_RULE("9", "2026-01-01T24:00:00Z"), PROBLEM_invalid, "/effective_from"},
    {RULE, A_RULE("9", "2026-01-01t00:00:00z"), PROBLEM_invalid, "/effective_from"},
    {RULE, A_RULE("9", "0000-01-01T00:00:00+08:00"), PROBLEM_invalid, "/effective_from"}, /* the year before 0000 */
    {RULE, A_RULE("9", "9999-12-31T23:59:59-08:00"), PROBLEM_invalid, "/effective_from"}, /* 10000 */
    {BOARD, NULL, "", PROBLEM_none, ""},
    {BOARD, "limit=5&offset=0&org=" EXAM "&period=2026Q4", "", PROBLEM_none, ""},
    {BOARD, "period=%32026", "", PROBLEM_none, ""},
    {BOARD, "limit=0", "", PROBLEM_bad_parameter, "/limit"},
    {BOARD, "limit=1001", "", PROBLEM_bad_parameter, "/limit"},
    {BOARD, "limit=5&limit=5", "", PROBLEM_bad_parameter, "/limit"},
    {BOARD, "limit=", "", PROBLEM_bad_parameter, "/limit"},
    {BOARD, "limit", "", PROBLEM_bad_parameter, "/limit"},
    {BOARD, "limit=5x", "", PROBLEM_bad_parameter, "/limit"},
    {BOARD, "limit=%35", "", PROBLEM_none, ""},
    {BOARD, "Limit=5", "", PROBLEM_bad_parameter, "/Limit"},
    {BOARD, "offset=-1", "", PROBLEM_bad_parameter, "/offset"},
    {BOARD, "org=x", "", PROBLEM_bad_parameter, "/org"},
    {BOARD, "period=ab", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "period=%", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "period=%4", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "period=%zz", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "period=%00abc", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "period=%+1%-1abc", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "period=%\t1abc", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "period=%ff%ff%ff", "", PROBLEM_bad_parameter, "/period"},
    {BOARD, "", "", PROBLEM_none, ""},
    {BOARD, "\xff", "", PROBLEM_bad_parameter, ""}, /* no text: it cannot be said */
    {BOARD, "&", "", PROBLEM_bad_parameter, "/"},
    {BOARD, "x=1", "", PROBLEM_bad_parameter, "/x"},
    {"leaderboard_stream", "/v1/leaderboards/members/stream", "me=true", "", PROBLEM_none, ""},
    {"leaderboard_stream", "/v1/leaderboards/members/stream", "me=1", "", PROBLEM_bad_parameter, "/me"},
    {IMPORT, "bank=" EXAM "&format=gift", "\xff anything", PROBLEM_none, ""},
    {IMPORT, "format=gift", "", PROBLEM_bad_parameter, "/bank"},
    {IMPORT, "bank=" EXAM "&format=doc", "", PROBLEM_bad_parameter, "/format"},
};

static bool run(const struct declaration *declaration, const struct decode_source *source, enum decode_manner manner,
                struct arena *arena, void **ret_message, struct problem *problem)
{
    problem_none(problem);
    *ret_message = arena_take(arena, declaration->shape()->size + 1);
    assert_non_null(*ret_message);
    return decode(declaration, source, manner, 16, arena, NULL, *ret_message, problem);
}

static void refusals_and_where(void **state)
{
    struct arena *arena = arena_new(4096, 1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decode_source source = {slice_of(rows[i].path), slice_of(rows[i].query), slice_of(rows[i].body)};
        const struct declaration *declaration = catalogue_declaration(slice_of(rows[i].name));
        struct problem problem;
        void *message;
        arena_reset(arena);
        bool good = run(declaration, &source, DECODE_STRICT, arena, &message, &problem);
        if (good != (rows[i].code == PROBLEM_none) || problem.code != rows[i].code ||
            (!good && strcmp(problem.pointer, rows[i].pointer) != 0))
            fail_msg("row %zu, %s %s: %s at \"%s\" (%s)", i, rows[i].name, rows[i].body, problem_name(problem.code),
                     good ? "" : problem.pointer, good ? "" : problem.detail);
        /* What the front lets in, a worker reads. */
        if (good)
            assert_true(run(declaration, &source, DECODE_LENIENT, arena, &message, &problem));
    }
    arena_free(arena);
}

static void a_worker_passes_over_what_is_new(void **state)
{
    static const char body[] = "{\"new\":{\"a\":[1,{\"b\":null}]},\"attempt\":\"" ATTEMPT "\",\"writer\":3,\"answers\":[{\"question\":1,\"seq\":2,"
                               "\"device\":\"x\",\"answer\":{\"chosen\":[1],\"since\":7}}]}";
    struct decode_source source = {SLICE("/v1/exams/" EXAM "/submissions"), {NULL, 0}, slice_of(body)};
    struct arena *arena = arena_new(4096, 1 << 20);
    struct problem problem;
    void *message;
    (void)state;
    assert_false(run(DECLARED(exam_submit), &source, DECODE_STRICT, arena, &message, &problem));
    assert_string_equal(problem.pointer, "/new");
    assert_true(run(DECLARED(exam_submit), &source, DECODE_LENIENT, arena, &message, &problem));
    const struct exam_submit *taken = message;
    assert_int_equal(taken->writer, 3);
    assert_int_equal(taken->answers.count, 1);
    assert_int_equal(taken->answers.at[0].answer.chosen.at[0], 1);
    assert_true(taken->answers.at[0].answer.has_chosen && !taken->answers.at[0].answer.has_truth);
    char text[ID_TEXT];
    id_text(taken->exam, text);
    assert_string_equal(text, EXAM);
    source.body = SLICE("{\"new\":[1,],\"attempt\":\"" ATTEMPT "\",\"writer\":3,\"answers\":[]}");
    assert_false(run(DECLARED(exam_submit), &source, DECODE_LENIENT, arena, &message, &problem)); /* new, but no JSON */
    arena_free(arena);
}

static void private_fields_are_told(void **state)
{
    struct decode_source source = {SLICE("/v1/members"), {NULL, 0}, SLICE(MEMBERS(A_MEMBER("") "," A_MEMBER("")))};
    struct arena *arena = arena_new(4096, 1 << 20);
    struct decode_private at[3];
    struct decode_privates privates = {at, 0, 3};
    struct member_enrol message;
    struct problem problem;
    (void)state;
    problem_none(&problem);
    assert_true(decode(DECLARED(member_enrol), &source, DECODE_STRICT, 16, arena, &privates, &message, &problem));
    assert_int_equal(privates.count, 3);
    assert_true(slice_equal(at[0].raw, SLICE("\"12345678\"")) && slice_equal(at[0].value, SLICE("12345678")));
    assert_int_equal(at[0].field->level, SECRET);
    assert_int_equal(at[2].field->level, L1);
    privates = (struct decode_privates){at, 0, 2};
    assert_false(decode(DECLARED(member_enrol), &source, DECODE_STRICT, 16, arena, &privates, &message, &problem));
    assert_int_equal(problem.code, PROBLEM_too_large);
    /* A sealed text is longer than the row allows: workers do not measure it. */
    source.body = SLICE("{\"organisation\":\"" EXAM "\",\"initial_password\":\"x\",\"members\":[" A_MEMBER("") "]}");
    problem_none(&problem);
    assert_true(decode(DECLARED(member_enrol), &source, DECODE_LENIENT, 16, arena, NULL, &message, &problem));
    arena_free(arena);
}

static void an_arena_too_small_is_said(void **state)
{
    struct buffer body = buffer_new(1 << 16);
    (void)state;
    buffer_add_text(&body, "{\"attempt\":\"" ATTEMPT "\",\"writer\":1,\"answers\":[");
    for (int i = 1; i <= 200; i++)
        buffer_add_format(&body, "%s{\"question\":%d,\"seq\":1,\"answer\":{\"blanks\":[\"a\\n\"]}}", i > 1 ? "," : "", i);
    buffer_add_text(&body, "]}");
    struct decode_source source = {SLICE("/v1/exams/" EXAM "/submissions"), {NULL, 0}, buffer_slice(&body)};
    bool ever = false;
    for (size_t ceiling = 64; !ever; ceiling *= 2) {
        struct arena *arena = arena_new(64, ceiling);
        struct exam_submit message;
        struct problem problem;
        problem_none(&problem);
        ever = decode(DECLARED(exam_submit), &source, DECODE_STRICT, 16, arena, NULL, &message, &problem);
        assert_int_equal(problem.code, ever ? PROBLEM_none : PROBLEM_too_large);
        if (ever)
            assert_int_equal(message.answers.count, 200);
        arena_free(arena);
    }
    buffer_free(&body);
}

static void too_many_entries(void **state)
{
    struct buffer body = buffer_new(1 << 16);
    struct arena *arena = arena_new(4096, 1 << 20);
    struct problem problem;
    void *message;
    (void)state;
    buffer_add_text(&body, "{\"writer\":1,\"seq\":1,\"answer\":{\"chosen\":[1");
    for (int i = 0; i < 50; i++)
        buffer_add_text(&body, ",1");
    buffer_add_text(&body, "]}}");
    struct decode_source source = {SLICE("/v1/exams/" EXAM "/attempts/" ATTEMPT "/answers/7"), {NULL, 0}, buffer_slice(&body)};
    assert_false(run(DECLARED(exam_answer), &source, DECODE_STRICT, arena, &message, &problem));
    assert_string_equal(problem.detail, "At most 50 entries");
    assert_string_equal(problem.pointer, "/answer/chosen");
    arena_free(arena);
    buffer_free(&body);
}

/* ---- the golden messages: version 1 of all that is written ---- */

static size_t written, golden;

static void check_golden(const char *name)
{
    struct slice subject = case_file("golden", name, "subject"), body = case_file("golden", name, "body"), path, query;
    struct slice block = {name, strcspn(name, ".")};
    const struct declaration *declaration = catalogue_declaration(block);
    struct arena *arena = arena_new(4096, 1 << 20);
    struct buffer again = buffer_new(1 << 20);
    struct problem problem;
    void *message;
    if (!declaration)
        fail_msg("%s: no such message is declared any more", name);
    route_split(case_line(subject), &path, &query);
    struct decode_source source = {path, query, case_line(body)};
    if (!run(declaration, &source, DECODE_LENIENT, arena, &message, &problem))
        fail_msg("%s: %s at %s: %s", name, problem_name(problem.code), problem.pointer, problem.detail);
    if (!declaration->uploads) { /* every member still means what it meant */
        encode(&again, declaration->shape(), message);
        buffer_add_byte(&again, 0);
        if (body.length && strncmp(again.at, source.body.at, source.body.length) != 0)
            fail_msg("%s: reads as %s", name, again.at);
    }
    golden += strstr(name, ".full.") != NULL;
    buffer_free(&again);
    arena_free(arena);
    case_free(subject);
    case_free(body);
}

static void golden_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        enum declaration_kind kind = catalogue_declarations[i].kind;
        written += kind == A_COMMAND || kind == AN_EVENT || kind == A_STATE;
    }
    case_each("golden", check_golden);
    assert_int_equal(golden, written); /* a new message needs its golden one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_and_where),       cmocka_unit_test(a_worker_passes_over_what_is_new),
        cmocka_unit_test(private_fields_are_told),  cmocka_unit_test(an_arena_too_small_is_said),
        cmocka_unit_test(too_many_entries),         cmocka_unit_test(golden_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
