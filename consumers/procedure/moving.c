/* Opening a case, moving it, and deadlines that ran out.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"
#include "consumers/procedure/matter.h"
#include "consumers/security/audit.h"

enum verdict case_open_decide(struct work *work, const struct case_open *command);
enum verdict case_move_decide(struct work *work, const struct case_move *command);
enum verdict case_due_decide(struct work *work, const struct case_due *event);

/* The trail has a case's step under the move's name. */
static enum verdict done(struct work *work, const struct matter *matter, struct slice move, bool provisional)
{
    struct case_opened result = {matter->version, matter->pack.states[matter->standing.place.state].row->name, provisional};
    work_return(work, &result);
    return audit_add(work, matter->id, matter->organisation, move) ? APPLIED : FAILED;
}

static enum verdict no_move(struct work *work)
{
    problem_say(&work->problem, PROBLEM_invalid, "The procedure has no such move", "该程序没有此步骤");
    problem_under(&work->problem, SLICE("move"));
    return REJECTED;
}

/* Whether a case may be opened there, about that person; else work->problem says why. False also where PostgreSQL failed. */
static bool fits(struct work *work, const struct case_open *command)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->has_subject ? command->subject.bytes : NULL);
    value_id(argument(&arguments), command->organisation.bytes);
    if (!sql_run(work->connection, "case_place", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return problem_say(&work->problem, PROBLEM_unknown_reference, "There is no such organisation", "没有这个组织");
    if (!row_bool(rows, 0, 0))
        return problem_say(&work->problem, PROBLEM_conflict, "The organisation is dissolved", "该组织已撤销");
    return row_bool(rows, 0, 1) ||
           problem_say(&work->problem, PROBLEM_unknown_reference, "The person is not of this organisation", "该人员不属于此组织");
}

static enum verdict open_case(struct work *work, const struct case_open *command, struct matter *matter)
{
    struct mover mover;
    bool provisional;
    if (!matter->there)
        return work_reject(work, unknown_reference, "No such procedure is in force that day", "当日没有生效的该程序");
    matter->organisation = command->organisation;
    matter->record.has_subject = command->has_subject;
    matter->record.subject = command->subject;
    if (!fits(work, command))
        return work->problem.code == PROBLEM_none ? FAILED : REJECTED;
    int move = pack_move_of(&matter->pack, command->move);
    if (move == PACK_NONE)
        return no_move(work);
    if (!matter_mover(work, matter, work->envelope->actor, &mover))
        return FAILED;
    enum verdict verdict = matter_move(work, matter, move, &mover, &command->given, &provisional);
    if (verdict != APPLIED)
        return verdict;
    struct owned owned = {matter->id, 1, matter->organisation};
    work_say(work, DECLARED(owned), &owned);
    return done(work, matter, command->move, provisional);
}

enum verdict case_open_decide(struct work *work, const struct case_open *command)
{
    struct matter matter;
    bool fetched = matter_begin(work, command->procedure, &matter);
    enum verdict verdict = fetched ? open_case(work, command, &matter) : FAILED;
    matter_free(&matter);
    return verdict;
}

static enum verdict move_case(struct work *work, const struct case_move *command, struct matter *matter)
{
    struct mover mover;
    bool provisional;
    if (matter->there && !matter_mover(work, matter, work->envelope->actor, &mover))
        return FAILED;
    if (!matter->there || !matter_seen(matter, &mover))
        return work_reject(work, not_found, "There is no such case here", "没有这个事项");
    if (command->version != matter->version)
        return work_reject(work, conflict, "The case has moved since: look at it again, it is at version %d",
                           "该事项已有新进展，请重新查看，当前版本 %d", (int)matter->version);
    int move = pack_move_of(&matter->pack, command->move);
    if (move == PACK_NONE)
        return no_move(work);
    enum verdict verdict = matter_move(work, matter, move, &mover, &command->given, &provisional);
    return verdict == APPLIED ? done(work, matter, command->move, provisional) : verdict;
}

enum verdict case_move_decide(struct work *work, const struct case_move *command)
{
    struct matter matter;
    bool fetched = matter_fetch(work, command->matter, &matter);
    enum verdict verdict = fetched ? move_case(work, command, &matter) : FAILED;
    matter_free(&matter);
    return verdict;
}

/* The deadline is flagged, and blocks nothing. */
static bool flag(struct work *work, struct matter *matter, struct slice deadline)
{
    auto_arguments arguments = arguments_new(512);
    value_id(argument(&arguments), matter->id.bytes);
    value_text(argument(&arguments), deadline);
    value_time(argument(&arguments), work->accepted);
    return sql_run(work->connection, "case_overdue", &arguments, NULL) && matter_keep(work, matter);
}

/* The clock makes the move that the pack names for it; where a guard shuts that, the deadline is flagged. */
static enum verdict run_out(struct work *work, const struct case_due *event, struct matter *matter)
{
    static const struct case_given nothing;
    const struct mover clock = {.clock = true};
    bool provisional;
    int number = matter->there ? pack_deadline_of(&matter->pack, event->deadline) : PACK_NONE;
    if (number == PACK_NONE || !(matter->standing.place.running >> number & 1) ||
        (int64_t)matter->standing.deadlines[number].generation != event->generation)
        return APPLIED; /* met, or started anew, before this came */
    int then = matter->pack.deadlines[number].then;
    if (then != PACK_NONE) {
        enum verdict verdict = matter_move(work, matter, then, &clock, &nothing, &provisional);
        if (verdict != REJECTED)
            return verdict;
        problem_none(&work->problem);
    }
    return flag(work, matter, event->deadline) ? APPLIED : FAILED;
}

enum verdict case_due_decide(struct work *work, const struct case_due *event)
{
    struct matter matter;
    bool fetched = matter_fetch(work, event->matter, &matter);
    enum verdict verdict = fetched ? run_out(work, event, &matter) : FAILED;
    matter_free(&matter);
    return verdict;
}
