/* The catalogue's rows hold together: names, keys, bounds, offsets.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "topics/messages.h"

static void found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_declaration_count; i++)
        assert_ptr_equal(catalogue_declaration(slice_of(catalogue_declarations[i].name)), &catalogue_declarations[i]);
    for (size_t i = 0; i < catalogue_topic_count; i++)
        assert_ptr_equal(catalogue_topic(slice_of(catalogue_topics[i].name)), &catalogue_topics[i]);
    for (size_t i = 0; i < catalogue_role_count; i++)
        assert_int_equal(catalogue_role_bit(slice_of(catalogue_roles[i].name)), UINT64_C(1) << i);
    assert_null(catalogue_declaration(SLICE("exam_submi")));
    assert_null(catalogue_declaration(SLICE("exam_submitt")));
    assert_null(catalogue_declaration(SLICE("")));
    assert_null(catalogue_topic(SLICE("Exam")));
    assert_int_equal(catalogue_role_bit(SLICE("root")), 0);
    assert_ptr_equal(DECLARED(exam_submit), catalogue_declaration(SLICE("exam_submit")));
    assert_int_equal(ROLE_member, 1);
}

static const struct field *field_of(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (slice_equal(shape->fields[i].name, slice_of(name)))
            return &shape->fields[i];
    return NULL;
}

static void check_field(const struct shape *shape, const struct field *field)
{
    assert_true(field->offset < shape->size && field->offset_has < shape->size);
    assert_true(field->least <= field->most && field->min_items <= field->max_items);
    assert_true(field->text && field->text[0]);
    if (field->many)
        assert_true(field->max_items > 0);
    if (field->type == TEXT)
        assert_true(field->least >= 0 && field->most > 0);
    if (field->type == NUMBER || field->type == HUNDREDTHS)
        assert_true(field->most > field->least); /* each number is bounded */
    assert_int_equal(field->enumeration != NULL, field->type == ENUM_VALUE);
    assert_int_equal(field->shape != NULL, field->type == SHAPE);
    if (field->place == IN_PATH)
        assert_int_equal(field->need, REQUIRED);
    if (field->place != BODY)
        assert_true(field->type != SHAPE && field->type != JSON && !field->many && field->level == OPEN);
}

static void every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        const struct shape *shape = declaration->shape();
        assert_string_equal(shape->name, declaration->name);
        assert_true(shape->count <= 64 && shape->kind == declaration->kind); /* decode() keeps its fields in 64 bits */
        for (size_t f = 0; f < shape->count; f++) {
            check_field(shape, &shape->fields[f]);
            for (size_t g = 0; g < f; g++)
                assert_false(slice_equal(shape->fields[f].name, shape->fields[g].name));
        }
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(catalogue_declarations[j].name, declaration->name);
    }
}

static bool is_written(const struct declaration *declaration)
{
    return declaration->kind == A_COMMAND || declaration->kind == AN_EVENT || declaration->kind == A_STATE;
}

static void keys_and_topics(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        assert_int_equal(declaration->topic != NULL, is_written(declaration));
        if (declaration->kind == AN_EVENT || declaration->kind == A_STATE)
            assert_int_equal(declaration->key, KEY_OF_FIELDS);
        if (declaration->kind == A_STATE)
            assert_true(declaration->topic->days == COMPACTED || declaration->key_fields);
        if (declaration->key != KEY_OF_FIELDS)
            continue;
        for (const char *const *name = declaration->key_fields; *name; name++) {
            const struct field *field = field_of(declaration->shape(), *name);
            assert_non_null(field);
            assert_true(field->need == REQUIRED && !field->many);
            assert_true(field->type == ID || field->type == TEXT || field->type == NUMBER);
        }
    }
    for (size_t i = 0; i < catalogue_topic_count; i++)
        assert_true(catalogue_topics[i].partitions >= 1 && catalogue_topics[i].days >= 0);
}

static void who_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (declaration->kind == A_COMMAND || declaration->kind == A_QUERY)
            assert_true(declaration->roles != 0 && declaration->path && declaration->path[0] == '/');
        if (declaration->kind == A_COMMAND) /* nobody may by every role: a command says whose it is */
            assert_true(declaration->roles != (uint64_t)ROLE_ANY);
        if (declaration->kind == A_CALL)
            assert_true(declaration->status >= 200 && declaration->status < 300);
    }
}

static void scopes(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_scope_count; i++) {
        char routes[2000], *next = NULL;
        assert_true(strlen(catalogue_scopes[i].routes) < sizeof routes);
        memcpy(routes, catalogue_scopes[i].routes, strlen(catalogue_scopes[i].routes) + 1);
        assert_true(catalogue_scope_is(slice_of(catalogue_scopes[i].name)));
        for (char *route = strtok_r(routes, ", ", &next); route; route = strtok_r(NULL, ", ", &next)) {
            const struct declaration *declaration = catalogue_declaration(slice_of(route));
            assert_non_null(declaration);
            assert_int_equal(declaration->kind, A_QUERY); /* no key writes */
            assert_true(catalogue_scope_is(slice_of(route)));
            assert_true(catalogue_scope_holds(slice_of(route), slice_of(route)));
            assert_true(catalogue_scope_holds(slice_of(catalogue_scopes[i].name), slice_of(route)));
        }
    }
    assert_false(catalogue_scope_is(SLICE("grant_give")));
    assert_false(catalogue_scope_is(SLICE("")));
    assert_false(catalogue_scope_holds(SLICE("grant_give"), SLICE("grant_give")));
    assert_false(catalogue_scope_holds(SLICE("points_read"), SLICE("exam_list")));
    assert_false(catalogue_scope_holds(SLICE("exam_list"), SLICE("exam_show")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(found_by_name), cmocka_unit_test(every_row),
                                       cmocka_unit_test(keys_and_topics), cmocka_unit_test(who_may), cmocka_unit_test(scopes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
