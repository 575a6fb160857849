/* Organisations: set up, renamed, moved, split, merged, dissolved, each from a day on.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/tree.h"
#include "consumers/handler.h"

enum verdict organisation_create_decide(struct work *work, const struct organisation_create *command);
enum verdict organisation_rename_decide(struct work *work, const struct organisation_rename *command);
enum verdict organisation_move_decide(struct work *work, const struct organisation_move *command);
enum verdict organisation_adjust_decide(struct work *work, const struct organisation_adjust *command);
enum verdict organisation_split_decide(struct work *work, const struct organisation_split *command);
enum verdict organisation_merge_decide(struct work *work, const struct organisation_merge *command);
enum verdict organisation_dissolve_decide(struct work *work, const struct organisation_dissolve *command);

static void add_ordinal(struct arguments *arguments, bool has, int64_t ordinal)
{
    if (has)
        value_int4(argument(arguments), (int32_t)ordinal);
    else
        value_null(argument(arguments));
}

enum verdict organisation_create_decide(struct work *work, const struct organisation_create *command)
{
    struct tree_change change = {
        .statement = "organisation_create",
        .what = TREE_CREATE,
        .organisation = work->envelope->id,
        .has_effective = command->has_effective,
        .effective = command->effective,
        .document = command->has_document ? command->document : (struct slice){NULL, 0},
        .reason = command->has_reason ? command->reason : (struct slice){NULL, 0},
    };
    enum verdict verdict = FAILED;
    if (tree_change_begin(work, &change)) {
        value_id(argument(&change.arguments), command->has_parent ? command->parent.bytes : NULL);
        value_int2(argument(&change.arguments), (int16_t)command->kind);
        value_text(argument(&change.arguments), command->name);
        value_text(argument(&change.arguments), command->short_name);
        value_int4(argument(&change.arguments), (int32_t)command->ordinal);
        verdict = tree_change_take(work, &change);
    }
    tree_change_free(&change);
    return verdict;
}

enum verdict organisation_rename_decide(struct work *work, const struct organisation_rename *command)
{
    struct tree_change change = TREE_CHANGE_OF(command, "organisation_rename", TREE_RENAME);
    enum verdict verdict = FAILED;
    if (tree_change_begin(work, &change)) {
        value_text(argument(&change.arguments), command->name);
        value_text(argument(&change.arguments), command->short_name);
        verdict = tree_change_take(work, &change);
    }
    tree_change_free(&change);
    return verdict;
}

enum verdict organisation_move_decide(struct work *work, const struct organisation_move *command)
{
    struct tree_change change = TREE_CHANGE_OF(command, "organisation_move", TREE_MOVE);
    enum verdict verdict = FAILED;
    if (tree_change_begin(work, &change)) {
        value_id(argument(&change.arguments), command->parent.bytes);
        add_ordinal(&change.arguments, command->has_ordinal, command->ordinal);
        verdict = tree_change_take(work, &change);
    }
    tree_change_free(&change);
    return verdict;
}

enum verdict organisation_adjust_decide(struct work *work, const struct organisation_adjust *command)
{
    struct tree_change change = TREE_CHANGE_OF(command, "organisation_adjust", TREE_ADJUST);
    enum verdict verdict = FAILED;
    if (!command->has_kind && !command->has_ordinal && !command->has_address && !command->has_telephone)
        return work_reject(work, invalid, "Nothing is to be changed: give kind, ordinal, address or telephone",
                           "没有要调整的内容，请填写类别、排序、地址或电话");
    if (tree_change_begin(work, &change)) {
        if (command->has_kind)
            value_int2(argument(&change.arguments), (int16_t)command->kind);
        else
            value_null(argument(&change.arguments));
        add_ordinal(&change.arguments, command->has_ordinal, command->ordinal);
        value_text(argument(&change.arguments), command->has_address ? command->address : (struct slice){NULL, 0});
        value_text(argument(&change.arguments), command->has_telephone ? command->telephone : (struct slice){NULL, 0});
        verdict = tree_change_take(work, &change);
    }
    tree_change_free(&change);
    return verdict;
}

enum verdict organisation_split_decide(struct work *work, const struct organisation_split *command)
{
    struct tree_change change = TREE_CHANGE_OF(command, "organisation_split", TREE_SPLIT);
    enum verdict verdict = FAILED;
    if (tree_change_begin(work, &change)) {
        value_int2(argument(&change.arguments), (int16_t)command->kind);
        value_text(argument(&change.arguments), command->name);
        value_text(argument(&change.arguments), command->short_name);
        value_int4(argument(&change.arguments), (int32_t)command->ordinal);
        tree_add_ids(&change, command->organisations.at, command->has_organisations ? command->organisations.count : 0);
        tree_add_ids(&change, command->members.at, command->has_members ? command->members.count : 0);
        verdict = tree_change_take(work, &change);
    }
    tree_change_free(&change);
    return verdict;
}

enum verdict organisation_merge_decide(struct work *work, const struct organisation_merge *command)
{
    struct tree_change change = TREE_CHANGE_OF(command, "organisation_merge", TREE_MERGE);
    enum verdict verdict = FAILED;
    if (tree_change_begin(work, &change)) {
        value_id(argument(&change.arguments), command->into.bytes);
        verdict = tree_change_take(work, &change);
    }
    tree_change_free(&change);
    return verdict;
}

enum verdict organisation_dissolve_decide(struct work *work, const struct organisation_dissolve *command)
{
    struct tree_change change = TREE_CHANGE_OF(command, "organisation_dissolve", TREE_DISSOLVE);
    enum verdict verdict = tree_change_begin(work, &change) ? tree_change_take(work, &change) : FAILED;
    tree_change_free(&change);
    return verdict;
}
