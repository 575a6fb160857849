/* Judging one step.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/step.h"

#include "process/clock.h"

/* A judgement under way. */
struct judging {
    const struct case_record *record;
    const struct standing *standing;
    const struct request *request;
    const struct move_plan *plan;
    struct judgement *judgement;
};

bool reason_add(struct judgement *judgement, enum reason_kind kind, struct slice clause, const char *detail,
                const char *detail_zh, const struct word *words)
{
    struct reason *reason = judgement->arena ? arena_take(judgement->arena, sizeof *reason) : NULL;
    if (!reason)
        return false;
    *reason = (struct reason){
        .kind = kind,
        .clause = clause,
        .detail = words_text(judgement->arena, detail, words, false),
        .detail_zh = words_text(judgement->arena, detail_zh, words, true),
    };
    if (judgement->last)
        judgement->last->next = reason;
    else
        judgement->first = reason;
    judgement->last = reason;
    judgement->count++;
    return false;
}

static bool refuse(const struct judging *judging, enum reason_kind kind, const char *detail, const char *detail_zh,
                   const struct word *words)
{
    return reason_add(judging->judgement, kind, judging->plan->row->clause, detail, detail_zh, words);
}

bool step_is(const struct case_record *record, const struct mover *mover, const struct pack_mover *meant)
{
    if (meant->at == MOVER_CLOCK || mover->clock)
        return meant->at == MOVER_CLOCK && mover->clock;
    if (meant->at == MOVER_SUBJECT)
        return record->has_subject && id_equal(record->subject, mover->id);
    for (size_t i = 0; i < mover->count; i++) {
        const struct office *office = &mover->offices[i];
        bool there = meant->at == MOVER_OWN        ? office->own
                     : meant->at == MOVER_SUPERIOR ? office->superior
                                                   : office->authority;
        if (there && slice_equal(office->role, meant->role))
            return true;
    }
    return false;
}

static bool right_mover(const struct judging *judging)
{
    const struct pack_move *row = judging->plan->row;
    for (size_t i = 0; i < row->who.count; i++)
        if (step_is(judging->record, judging->request->mover, &row->who.at[i]))
            return true;
    return refuse(judging, REASON_MOVER, "'%1' is not yours to make: ask those who are named for it",
                  "“%1”不由您办理，请联系指定的办理人", WORDS(WORD_OF(row)));
}

static bool another_person(const struct judging *judging)
{
    const struct case_record *record = judging->record;
    set excluded = 0;
    for (size_t i = 0; i < record->count; i++)
        if ((judging->plan->other_than >> record->steps[i].move & 1) && !record->steps[i].clock &&
            id_equal(record->steps[i].actor, judging->request->mover->id))
            excluded |= (set)1 << record->steps[i].move;
    if (!excluded || judging->request->mover->clock)
        return true;
    return refuse(judging, REASON_PERSON, "You made '%1' yourself: another person must make this step",
                  "“%1”由您本人办理，本步骤须由另一人办理",
                  WORDS(WORD_OF(record->pack->moves[__builtin_ctzll(excluded)].row)));
}

static bool fact_fits(const struct fact_value *value, enum fact_kind kind)
{
    switch (kind) {
    case FACT_DATE:
        return value->has_date;
    case FACT_NUMBER:
        return value->has_number;
    case FACT_CODE:
        return value->has_code;
    case FACT_TRUTH:
        return value->has_truth;
    default:
        return value->has_private;
    }
}

static bool facts_right(const struct judging *judging)
{
    const struct pack *pack = judging->record->pack;
    set given = 0;
    bool right = true;
    for (size_t i = 0; i < judging->request->given->facts.count; i++) {
        const struct case_fact *fact = &judging->request->given->facts.at[i];
        int number = pack_fact_of(pack, fact->fact);
        const struct word *name = WORDS({fact->fact, fact->fact});
        if (number == PACK_NONE || !(judging->plan->takes >> number & 1))
            right = refuse(judging, REASON_FACT, "This step takes no '%1': leave it out", "本步骤不填报“%1”，请去掉", name);
        else if (given >> number & 1)
            right = refuse(judging, REASON_FACT, "'%1' is given twice", "“%1”重复填报", name);
        else if (!fact_fits(&fact->value, pack->row->facts.at[number].kind))
            right = refuse(judging, REASON_FACT, "%1 is of another kind", "“%1”的类型不符",
                           WORDS(WORD_OF(&pack->row->facts.at[number])));
        given |= number == PACK_NONE ? 0 : (set)1 << number;
    }
    for (int fact = 0; fact < pack->fact_count; fact++)
        if ((judging->plan->needs & ~given) >> fact & 1)
            right = refuse(judging, REASON_FACT, "%1 is missing: record it", "缺少“%1”，请填报",
                           WORDS(WORD_OF(&pack->row->facts.at[fact])));
    return right;
}

/* Whether the move, or one before, asks for papers of that name. */
static bool paper_known(const struct pack *pack, struct slice name)
{
    for (int move = 0; move < pack->move_count; move++)
        for (size_t i = 0; i < pack->moves[move].row->papers.count; i++)
            if (slice_equal(pack->moves[move].row->papers.at[i].name, name))
                return true;
    return false;
}

static bool papers_right(const struct judging *judging)
{
    const struct case_given *given = judging->request->given;
    bool right = true;
    for (size_t i = 0; i < given->papers.count; i++)
        if (!paper_known(judging->record->pack, given->papers.at[i].paper))
            right = refuse(judging, REASON_PAPER, "No paper '%1' is asked for: leave it out", "未要求材料“%1”，请去掉",
                           WORDS({given->papers.at[i].paper, given->papers.at[i].paper}));
    for (size_t k = 0; k < judging->plan->row->papers.count; k++) {
        const struct pack_paper *paper = &judging->plan->row->papers.at[k];
        size_t there = case_papers(judging->record, paper->name);
        for (size_t i = 0; i < given->papers.count; i++)
            there += slice_equal(given->papers.at[i].paper, paper->name);
        if ((int64_t)there < paper->count)
            right = reason_add(judging->judgement, REASON_PAPER, paper->clause,
                               "%1: %2 needed, %3 given: bring what is missing", "“%1”需 %2 份，已有 %3 份，请补齐",
                               WORDS(WORD_OF(paper), word_number(judging->judgement->arena, paper->count),
                                     word_number(judging->judgement->arena, (int64_t)there)));
    }
    return right;
}

static bool reaches(const struct pack_share *share, int64_t part, int64_t whole)
{
    return part * share->of - share->part * whole >= (share->more ? 1 : 0);
}

static bool too_few(const struct judging *judging, const struct pack_share *share, const char *detail, const char *detail_zh,
                    int64_t part, int64_t whole)
{
    struct arena *arena = judging->judgement->arena;
    struct word more = {SLICE("more than"), SLICE("超过")}, least = {SLICE("at least"), SLICE("达到")};
    return reason_add(judging->judgement, REASON_VOTE, judging->plan->row->vote->clause, detail, detail_zh,
                      WORDS(share->more ? more : least, word_number(arena, share->part), word_number(arena, share->of),
                            word_number(arena, whole), word_number(arena, part)));
}

static bool vote_enough(const struct judging *judging, const struct case_vote *vote)
{
    const struct pack_vote *asked = judging->plan->row->vote;
    int64_t favour = vote->in_favour + (asked->written ? vote->written : 0);
    int64_t whole = asked->base == BASE_EXPECTED ? vote->expected : vote->present;
    bool enough = reaches(&asked->quorum, vote->present, vote->expected) ||
                  too_few(judging, &asked->quorum, "Present must be %1 %2/%3 of the %4 expected, not %5: meet again",
                          "到会人数须%1应到会 %4 人的 %2/%3，实到 %5 人，须另行召开", vote->present, vote->expected);
    return (reaches(&asked->majority, favour, whole) ||
            too_few(judging, &asked->majority, "In favour must be %1 %2/%3 of %4, not %5: it is not carried",
                    "赞成票须%1 %4 人的 %2/%3，现为 %5 票，未获通过", favour, whole)) && enough;
}

static bool vote_right(const struct judging *judging)
{
    const struct case_vote *vote = judging->request->given->vote;
    if (!judging->plan->row->vote)
        return !vote || refuse(judging, REASON_VOTE, "This step takes no vote: leave it out", "本步骤无表决，请去掉", NULL);
    if (!vote)
        return refuse(judging, REASON_VOTE, "The vote is missing: record it", "缺少表决结果，请填报", NULL);
    if (vote->present > vote->expected || vote->in_favour > vote->present || vote->written > vote->expected - vote->present)
        return refuse(judging, REASON_VOTE, "The vote's figures cannot be: count again", "表决数字不合理，请核对", NULL);
    return vote_enough(judging, vote);
}

static bool right_state(const struct judging *judging)
{
    int state = judging->standing->place.state;
    if (pack_leaves(judging->plan, state))
        return true;
    struct word now = state == PACK_NONE ? (struct word){SLICE("not opened"), SLICE("未立案")}
                                         : WORD_OF(judging->record->pack->states[state].row);
    return refuse(judging, REASON_STATE, "'%1' is no step of the present state (%2): see the road ahead",
                  "当前状态（%2）不能办理“%1”，请查看后续步骤", WORDS(WORD_OF(judging->plan->row), now));
}

bool step_judge(const struct case_record *record, const struct standing *standing, const struct calendar *calendar,
                const struct request *request, struct arena *arena, struct judgement *ret_judgement)
{
    struct judging judging = {record, standing, request, &record->pack->moves[request->move], ret_judgement};
    struct standing after = *standing;
    *ret_judgement = (struct judgement){.arena = arena};
    bool open = right_state(&judging);
    if (request->mover) {
        open = right_mover(&judging) && open;
        open = another_person(&judging) && open;
    }
    if (request->given) {
        open = facts_right(&judging) && open;
        open = papers_right(&judging) && open;
        open = vote_right(&judging) && open;
        struct step step = {request->move, false, {{0}}, request->at, request->given};
        case_stand_on(record->pack, calendar, record->count + 1, &step, &after);
        memcpy(after.made, standing->made, sizeof after.made);
    }
    set taken = request->given ? 0 : judging.plan->takes;
    return guards_judge(record->pack, request->move, &after, calendar, clock_day(request->at), taken, ret_judgement) && open;
}
