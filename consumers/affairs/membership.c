/* Who belongs where: members placed in a branch, on their way, or gone, each from a day on.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/membership.h"

#include "consumers/affairs/tree.h"
#include "consumers/handler.h"

enum verdict membership_place_decide(struct work *work, const struct membership_place *command);
enum verdict membership_release_decide(struct work *work, const struct membership_release *command);

/* The own arguments of membership_change: standing, organisation, who must belong to the change's organisation, who. */
static void add_members(struct tree_change *change, int standing, const struct id *organisation, bool held,
                        const struct id *members, size_t count)
{
    value_int2(argument(&change->arguments), (int16_t)standing);
    value_id(argument(&change->arguments), organisation ? organisation->bytes : NULL);
    tree_add_ids(change, "members", members, held ? count : 0);
    tree_add_ids(change, "members", members, count);
}

enum verdict membership_enter(struct work *work, struct tree_change *change, const struct id *members, size_t count)
{
    add_members(change, MEMBERSHIP_BELONGS, &change->organisation, false, members, count);
    return tree_change_take(work, change);
}

enum verdict membership_place_decide(struct work *work, const struct membership_place *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "membership_change", TREE_PLACE);
    if (!tree_change_begin(work, &change))
        return FAILED;
    add_members(&change, MEMBERSHIP_BELONGS, &command->organisation, false, command->members.at, command->members.count);
    return tree_change_take(work, &change);
}

enum verdict membership_release_decide(struct work *work, const struct membership_release *command)
{
    bool transit = command->standing == MEMBERSHIP_IN_TRANSIT;
    auto_tree_change change = TREE_CHANGE_OF(command, "membership_change", transit ? TREE_TRANSIT : TREE_LEAVE);
    if (command->standing == MEMBERSHIP_BELONGS)
        return work_reject_at(work, "standing", invalid, "Members who are let go are in_transit or left", "转出只能为接转途中或离开");
    if (!tree_change_begin(work, &change))
        return FAILED;
    add_members(&change, command->standing, NULL, true, command->members.at, command->members.count);
    return tree_change_take(work, &change);
}
