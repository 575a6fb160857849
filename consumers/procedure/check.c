/* Judging a walked pack.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/check.h"

#include <stdlib.h>

#include "consumers/procedure/words.h"
#include "process/memory.h"

static bool found(struct finding *finding, struct finding what)
{
    *finding = what;
    return false;
}

static struct finding about(enum finding_kind kind)
{
    return (struct finding){.kind = kind, .state = PACK_NONE, .move = PACK_NONE, .deadline = PACK_NONE, .end = PACK_NONE};
}

/* Spreads bits against the edges until nothing changes: what can be come to from a node. */
static void spread(const struct walk *walk, bool sure, uint64_t *bits)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = walk->edge_count; i-- > 0;) {
            const struct edge *edge = &walk->edges[i];
            uint64_t more = bits[edge->to] & ~bits[edge->from];
            if (!more || (sure && !edge->sure))
                continue;
            bits[edge->from] |= more;
            changed = true;
        }
    }
}

static bool no_dead_end(const struct walk *walk, struct finding *finding)
{
    uint64_t *ends = memory_new(walk->node_count * sizeof *ends);
    int dead = PACK_NONE;
    for (size_t i = 0; i < walk->node_count; i++)
        ends[i] = walk->nodes[i].place.state != PACK_NONE && (walk->pack->ends >> walk->nodes[i].place.state & 1);
    spread(walk, true, ends);
    for (size_t i = walk->node_count; i-- > 0;) /* the start is named only where nothing behind it is to blame */
        if (!ends[i] && (i > 0 || dead == PACK_NONE))
            dead = (int)i;
    free(ends);
    if (dead == PACK_NONE)
        return true;
    struct finding what = about(FINDING_DEAD_END);
    what.state = walk->nodes[dead].place.state;
    walk_way(walk, dead, &what.way);
    return found(finding, what);
}

/* The nearest node from whose state some move would lead to the state. */
static int before(const struct walk *walk, int state)
{
    for (size_t i = 0; i < walk->node_count; i++)
        for (int move = 0; move < walk->pack->move_count; move++)
            if (walk->pack->moves[move].to == state && pack_leaves(&walk->pack->moves[move], walk->nodes[i].place.state))
                return (int)i;
    return 0;
}

static bool all_reached(const struct walk *walk, struct finding *finding)
{
    for (int state = 0; state < walk->pack->state_count; state++) {
        if (walk_find(walk, state) != PACK_NONE)
            continue;
        struct finding what = about(FINDING_UNREACHED);
        what.state = state;
        walk_way(walk, before(walk, state), &what.way);
        return found(finding, what);
    }
    return true;
}

static bool gates_kept(const struct walk *walk, struct finding *finding)
{
    const struct pack *pack = walk->pack;
    for (size_t i = 0; i < walk->node_count; i++) {
        const struct place *place = &walk->nodes[i].place;
        struct finding what = about(FINDING_BYPASS);
        if (place->state == PACK_NONE || !(pack->ends >> place->state & 1))
            continue;
        for (int state = 0; state < pack->state_count; state++)
            if ((pack->states[state].necessary >> place->state & 1) && !(place->passed >> state & 1))
                what.state = state;
        for (int move = 0; move < pack->move_count; move++)
            if ((pack->moves[move].necessary >> place->state & 1) && !(place->made >> move & 1))
                what.move = move;
        if (what.state == PACK_NONE && what.move == PACK_NONE)
            continue;
        what.end = place->state;
        walk_way(walk, (int)i, &what.way);
        return found(finding, what);
    }
    return true;
}

/* Whether the owner is one of those who may make a move that meets the deadline. */
static bool owner_fits(const struct pack *pack, const struct deadline_plan *deadline)
{
    const struct pack_mover *owner = deadline->row->owner;
    for (int move = 0; owner && move < pack->move_count; move++)
        for (size_t i = 0; (deadline->met_by >> move & 1) && i < pack->moves[move].row->who.count; i++) {
            const struct pack_mover *mover = &pack->moves[move].row->who.at[i];
            if (mover->at == owner->at && mover->at != MOVER_CLOCK && slice_equal(mover->role, owner->role))
                return true;
        }
    return false;
}

static bool owned(const struct walk *walk, struct finding *finding)
{
    const struct pack *pack = walk->pack;
    uint64_t *meets = memory_new(walk->node_count * sizeof *meets);
    struct finding what = about(FINDING_UNOWNED);
    uint64_t homeless = 0;
    int at = PACK_NONE;
    for (int i = 0; i < pack->deadline_count; i++)
        homeless |= owner_fits(pack, &pack->deadlines[i]) ? 0 : UINT64_C(1) << i;
    for (size_t i = 0; i < walk->edge_count; i++)
        for (int k = 0; k < pack->deadline_count; k++)
            if (pack->deadlines[k].met_by >> walk->edges[i].move & 1)
                meets[walk->edges[i].from] |= UINT64_C(1) << k;
    spread(walk, false, meets);
    for (size_t i = 0; i < walk->node_count && at == PACK_NONE; i++)
        if (walk->nodes[i].place.running & (homeless | ~meets[i]))
            at = (int)i;
    if (at != PACK_NONE)
        what.deadline = __builtin_ctzll(walk->nodes[at].place.running & (homeless | ~meets[at]));
    free(meets);
    if (at == PACK_NONE && !homeless)
        return true;
    if (at == PACK_NONE) { /* never started, and nobody's all the same */
        what.deadline = __builtin_ctzll(homeless);
        at = 0;
    }
    walk_way(walk, at, &what.way);
    return found(finding, what);
}

bool pack_sound(const struct pack *pack, size_t most, struct finding *ret_finding)
{
    struct walk walk;
    bool sound;
    walk_from(pack, &(struct place){.state = PACK_NONE}, most, &walk);
    if (walk.too_large)
        sound = found(ret_finding, about(FINDING_TOO_LARGE));
    else
        sound = no_dead_end(&walk, ret_finding) && all_reached(&walk, ret_finding) && gates_kept(&walk, ret_finding) &&
                owned(&walk, ret_finding);
    walk_free(&walk);
    if (sound)
        *ret_finding = about(FINDING_NONE);
    return sound;
}

/* The way as its moves' names, "submit > confirm"; of a long one the end. */
static void add_way(const struct pack *pack, const struct way *way, struct buffer *buffer)
{
    if (way->count == 0)
        buffer_add_text(buffer, "-");
    for (int i = 0; i < way->count; i++) {
        if (i)
            buffer_add_text(buffer, " > ");
        buffer_add_slice(buffer, pack->moves[way->moves[i]].row->name);
    }
}

static bool under(struct problem *problem, const char *list, int number)
{
    if (number == PACK_NONE)
        return false;
    problem_under_index(problem, (size_t)number);
    return problem_under(problem, slice_of(list));
}

static struct word title(const struct pack *pack, const struct finding *finding)
{
    if (finding->deadline != PACK_NONE)
        return WORD_OF(pack->deadlines[finding->deadline].row);
    if (finding->move != PACK_NONE)
        return WORD_OF(pack->moves[finding->move].row);
    if (finding->state != PACK_NONE)
        return WORD_OF(pack->states[finding->state].row);
    return (struct word){SLICE("the beginning"), SLICE("开始")};
}

bool finding_say(const struct pack *pack, const struct finding *finding, struct problem *problem)
{
    static const struct {
        const char *english, *chinese;
    } texts[] = {
        [FINDING_DEAD_END] = {"After %1 no end is sure to be reached%2. Way: %3", "“%1”之后可能无法办结%2。路径：%3"},
        [FINDING_UNREACHED] = {"No case can come into %1%2. Nearest: %3", "任何事项都到不了“%1”%2。最近：%3"},
        [FINDING_BYPASS] = {"%1 is necessary, and %2 is reached around it. Way: %3", "绕过必经的“%1”到达“%2”。路径：%3"},
        [FINDING_UNOWNED] = {"Nobody can be asked to meet the deadline %1%2. Way: %3", "期限“%1”无人负责或无法办结%2。路径：%3"},
        [FINDING_LOOSENED] = {"The national line of %1 is loosened: %2. Way: %3", "放宽了全国规则“%1”：%2。路径：%3"},
    };
    struct buffer way = buffer_new(4096);
    if (finding->kind == FINDING_TOO_LARGE)
        return problem_say(problem, PROBLEM_invalid, "The pack has more configurations than may be looked at",
                           "规则包的情形过多，无法逐一检查");
    add_way(pack, &finding->way, &way);
    struct slice road = buffer_slice(&way);
    struct word words[] = {title(pack, finding), {finding->what, finding->what_zh}, {road, road}};
    if (finding->kind == FINDING_BYPASS)
        words[1] = WORD_OF(pack->states[finding->end].row);
    struct buffer english = buffer_new(8192), chinese = buffer_new(8192);
    words_add(&english, texts[finding->kind].english, words, false);
    words_add(&chinese, texts[finding->kind].chinese, words, true);
    problem_tell(problem, PROBLEM_invalid, buffer_slice(&english), buffer_slice(&chinese));
    buffer_free(&way);
    buffer_free(&english);
    buffer_free(&chinese);
    if (!under(problem, "deadlines", finding->deadline) && !under(problem, "moves", finding->move))
        under(problem, "states", finding->state);
    return false;
}
