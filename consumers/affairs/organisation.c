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

/* In which kind of place it is and the units that it is made of; NULL each where it was left out. */
static void add_place(struct arguments *arguments, bool has_sector, int sector, bool has_units, const struct slice *units,
                      size_t count)
{
    if (has_sector)
        value_int2(argument(arguments), (int16_t)sector);
    else
        value_null(argument(arguments));
    if (!has_units) {
        value_null(argument(arguments));
        return;
    }
    struct buffer *array = argument_array(arguments, SQL_TEXT, count);
    for (size_t i = 0; i < count; i++)
        value_text(array, units[i]);
}
#define ADD_PLACE(change, command)                                                                                   \
    add_place(&(change).arguments, (command)->has_sector, (command)->sector, (command)->has_units,                  \
              (command)->units.at, (command)->units.count)

enum verdict organisation_create_decide(struct work *work, const struct organisation_create *command)
{
    auto_tree_change change = {
        .statement = "organisation_create",
        .what = TREE_CREATE,
        .other = "parent",
        .organisation = work->envelope->id,
        .has_effective = command->has_effective,
        .effective = command->effective,
        .document = OPTIONAL_TEXT(command, document),
        .reason = OPTIONAL_TEXT(command, reason),
    };
    if (!tree_change_begin(work, &change))
        return FAILED;
    value_id(argument(&change.arguments), command->has_parent ? command->parent.bytes : NULL);
    value_int2(argument(&change.arguments), (int16_t)command->kind);
    value_text(argument(&change.arguments), command->name);
    value_text(argument(&change.arguments), command->short_name);
    value_int4(argument(&change.arguments), (int32_t)command->ordinal);
    ADD_PLACE(change, command);
    return tree_change_take(work, &change);
}

enum verdict organisation_rename_decide(struct work *work, const struct organisation_rename *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "organisation_rename", TREE_RENAME);
    if (!tree_change_begin(work, &change))
        return FAILED;
    value_text(argument(&change.arguments), command->name);
    value_text(argument(&change.arguments), command->short_name);
    return tree_change_take(work, &change);
}

enum verdict organisation_move_decide(struct work *work, const struct organisation_move *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "organisation_move", TREE_MOVE);
    if (!tree_change_begin(work, &change))
        return FAILED;
    change.other = "parent";
    value_id(argument(&change.arguments), command->parent.bytes);
    optional_number(&change.arguments, command->has_ordinal, command->ordinal);
    return tree_change_take(work, &change);
}

enum verdict organisation_adjust_decide(struct work *work, const struct organisation_adjust *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "organisation_adjust", TREE_ADJUST);
    if (!command->has_kind && !command->has_ordinal && !command->has_address && !command->has_telephone &&
        !command->has_sector && !command->has_units)
        return work_reject(work, invalid,
                           "Nothing is to be changed: give kind, ordinal, address, telephone, sector or units",
                           "没有要调整的内容，请填写类别、排序、地址、电话、所在类型或联建单位");
    if (!tree_change_begin(work, &change))
        return FAILED;
    if (command->has_kind)
        value_int2(argument(&change.arguments), (int16_t)command->kind);
    else
        value_null(argument(&change.arguments));
    optional_number(&change.arguments, command->has_ordinal, command->ordinal);
    value_text(argument(&change.arguments), OPTIONAL_TEXT(command, address));
    value_text(argument(&change.arguments), OPTIONAL_TEXT(command, telephone));
    ADD_PLACE(change, command);
    return tree_change_take(work, &change);
}

enum verdict organisation_split_decide(struct work *work, const struct organisation_split *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "organisation_split", TREE_SPLIT);
    if (!tree_change_begin(work, &change))
        return FAILED;
    value_int2(argument(&change.arguments), (int16_t)command->kind);
    value_text(argument(&change.arguments), command->name);
    value_text(argument(&change.arguments), command->short_name);
    value_int4(argument(&change.arguments), (int32_t)command->ordinal);
    tree_add_ids(&change, "organisations", command->organisations.at,
                 command->has_organisations ? command->organisations.count : 0);
    tree_add_ids(&change, "members", command->members.at, command->has_members ? command->members.count : 0);
    return tree_change_take(work, &change);
}

enum verdict organisation_merge_decide(struct work *work, const struct organisation_merge *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "organisation_merge", TREE_MERGE);
    if (!tree_change_begin(work, &change))
        return FAILED;
    change.other = "into";
    value_id(argument(&change.arguments), command->into.bytes);
    return tree_change_take(work, &change);
}

enum verdict organisation_dissolve_decide(struct work *work, const struct organisation_dissolve *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "organisation_dissolve", TREE_DISSOLVE);
    return tree_change_begin(work, &change) ? tree_change_take(work, &change) : FAILED;
}
