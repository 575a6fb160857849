/* The road ahead of a case.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/road.h"

#include "process/clock.h"

/* A road in the making. */
struct paving {
    const struct case_record *record;
    const struct standing *standing;
    const struct calendar *calendar;
    int64_t at;
    struct arena *arena;
};

static bool add_reasons(const struct paving *paving, const struct judgement *judgement, struct road_step *step)
{
    size_t count = 0;
    step->reasons.at = arena_take(paving->arena, (judgement->count + 1) * sizeof *step->reasons.at);
    if (!step->reasons.at)
        return false;
    for (const struct reason *reason = judgement->first; reason; reason = reason->next)
        step->reasons.at[count++] = (struct road_reason){
            .detail = reason->detail,
            .detail_zh = reason->detail_zh,
            .clause = reason->clause,
            .has_opens_on = reason->opens_on != 0,
            .opens_on = reason->opens_on,
        };
    step->reasons.count = count;
    return true;
}

/* The papers that are asked for and not there, with how many are missing. */
static bool add_papers(const struct paving *paving, const struct pack_move *row, struct road_step *step)
{
    step->has_papers = true;
    step->papers.at = arena_take(paving->arena, (row->papers.count + 1) * sizeof *step->papers.at);
    if (!step->papers.at)
        return false;
    for (size_t i = 0; i < row->papers.count; i++) {
        struct pack_paper missing = row->papers.at[i];
        missing.count -= (int64_t)case_papers(paving->record, missing.name);
        if (missing.count > 0)
            step->papers.at[step->papers.count++] = missing;
    }
    return true;
}

/* By when: the earliest of the running deadlines that the move meets. */
static void add_by(const struct paving *paving, int move, struct road_step *step)
{
    const struct pack *pack = paving->record->pack;
    int32_t by = 0;
    for (int i = 0; i < pack->deadline_count; i++) {
        const struct standing_deadline *deadline = &paving->standing->deadlines[i];
        if (!(paving->standing->place.running >> i & 1) || !(pack->deadlines[i].met_by >> move & 1))
            continue;
        step->provisional |= deadline->provisional;
        by = by && by < deadline->due_on ? by : deadline->due_on;
    }
    step->has_by = by != 0;
    step->by = by;
}

static bool pave_step(const struct paving *paving, int move, struct road_step *ret_step)
{
    const struct pack_move *row = paving->record->pack->moves[move].row;
    struct request request = {.move = move, .at = paving->at};
    struct judgement judgement;
    bool open = step_judge(paving->record, paving->standing, paving->calendar, &request, paving->arena, &judgement);
    *ret_step = (struct road_step){
        .move = row->name,
        .title = row->title,
        .title_zh = row->title_zh,
        .clause = row->clause,
        .who = {row->who.at, row->who.count},
        .has_facts = row->has_facts,
        .facts = {row->facts.at, row->facts.count},
        .votes = row->vote != NULL,
        .open = open,
        .has_closes_on = judgement.closes_on != 0,
        .closes_on = judgement.closes_on,
        .provisional = judgement.provisional,
    };
    add_by(paving, move, ret_step);
    return add_reasons(paving, &judgement, ret_step) && add_papers(paving, row, ret_step);
}

static bool pave_next(const struct paving *paving, struct case_road *road)
{
    const struct pack *pack = paving->record->pack;
    road->next.at = arena_take(paving->arena, (size_t)pack->move_count * sizeof *road->next.at);
    if (!road->next.at)
        return false;
    for (int move = 0; move < pack->move_count; move++)
        if (pack_leaves(&pack->moves[move], paving->standing->place.state) && pack->moves[move].person &&
            !pave_step(paving, move, &road->next.at[road->next.count++]))
            return false;
    return true;
}

static bool pave_end(const struct paving *paving, const struct walk *walk, int node, struct road_end *ret_end)
{
    const struct pack *pack = paving->record->pack;
    const struct pack_state *row = pack->states[walk->nodes[node].place.state].row;
    struct way way;
    walk_way(walk, node, &way);
    *ret_end = (struct road_end){.end = row->name, .title = row->title, .title_zh = row->title_zh};
    ret_end->moves.at = arena_take(paving->arena, (size_t)(way.count + 1) * sizeof *ret_end->moves.at);
    for (int i = 0; ret_end->moves.at && i < way.count; i++)
        ret_end->moves.at[ret_end->moves.count++] = pack->moves[way.moves[i]].row->name;
    return ret_end->moves.at != NULL;
}

static bool pave_ahead(const struct paving *paving, size_t most, struct case_road *road)
{
    const struct pack *pack = paving->record->pack;
    struct walk walk;
    bool fine = true;
    road->ahead.at = arena_take(paving->arena, (size_t)pack->state_count * sizeof *road->ahead.at);
    if (!road->ahead.at)
        return false;
    walk_from(pack, &paving->standing->place, most, &walk);
    for (int end = 0; end < pack->state_count && fine && !walk.too_large && !road->ended; end++) {
        int node = (pack->ends >> end & 1) ? walk_find(&walk, end) : PACK_NONE;
        if (node != PACK_NONE)
            fine = pave_end(paving, &walk, node, &road->ahead.at[road->ahead.count++]);
    }
    walk_free(&walk);
    return fine;
}

static bool pave_deadlines(const struct paving *paving, struct case_road *road)
{
    const struct pack *pack = paving->record->pack;
    road->deadlines.at = arena_take(paving->arena, (size_t)(pack->deadline_count + 1) * sizeof *road->deadlines.at);
    for (int i = 0; road->deadlines.at && i < pack->deadline_count; i++) {
        const struct pack_deadline *row = pack->deadlines[i].row;
        const struct standing_deadline *deadline = &paving->standing->deadlines[i];
        if (paving->standing->place.running >> i & 1)
            road->deadlines.at[road->deadlines.count++] = (struct road_deadline){
                .deadline = row->name,
                .title = row->title,
                .title_zh = row->title_zh,
                .clause = row->clause,
                .due_on = deadline->due_on,
                .overdue = clock_day(paving->at) > deadline->due_on,
                .provisional = deadline->provisional,
                .owner = row->owner,
            };
    }
    return road->deadlines.at != NULL;
}

bool road_of(const struct case_record *record, const struct standing *standing, const struct calendar *calendar,
             int64_t at, size_t most, struct arena *arena, struct case_road *ret_road)
{
    const struct pack_state *state = record->pack->states[standing->place.state].row;
    struct paving paving = {record, standing, calendar, at, arena};
    *ret_road = (struct case_road){state->name, state->title, state->title_zh, state->end, {0}, {0}, {0}};
    return pave_next(&paving, ret_road) && pave_ahead(&paving, most, ret_road) && pave_deadlines(&paving, ret_road);
}
