/* Gathering rows in an arena.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_rows.h"

struct row_list {
    struct arena *arena;
    size_t count, room, ceiling, accepted;
    struct read_row *rows;
};

struct row_list *row_list_new(struct arena *arena, size_t ceiling)
{
    struct row_list *list = arena_take(arena, sizeof *list);
    if (list)
        *list = (struct row_list){.arena = arena, .ceiling = ceiling};
    return list;
}

enum fault row_list_add(struct row_list *list, struct read_row row)
{
    if (list->count >= list->ceiling)
        return FAULT_rows_many;
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        struct read_row *rows = arena_take(list->arena, room * sizeof *rows);
        if (!rows)
            return FAULT_memory_ceiling;
        if (list->count)
            memcpy(rows, list->rows, list->count * sizeof *rows);
        list->rows = rows;
        list->room = room;
    }
    list->rows[list->count++] = row;
    list->accepted += row.question != NULL;
    return FAULT_none;
}

struct question_rows row_list_rows(const struct row_list *list)
{
    return (struct question_rows){list->count, list->accepted, list->rows};
}
