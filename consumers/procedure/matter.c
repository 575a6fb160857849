/* Fetching a case, and keeping how it stands after a step.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/matter.h"

#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "consumers/procedure/effect.h"
#include "consumers/procedure/road.h"
#include "process/clock.h"
#include "process/config.h"
#include "topics/decode.h"
#include "topics/encode.h"

enum { ARENA_BLOCK = 65536, ARENA_MOST = 64 << 20, ROAD_MOST = 1 << 20 };

static bool read_pack(struct work *work, struct matter *matter, struct slice body)
{
    struct procedure_pack *row = arena_take(matter->arena, sizeof *row);
    char *copy = arena_copy(matter->arena, body);
    return row && copy &&
           decode_record(procedure_pack_shape(), (struct slice){copy, body.length}, DECODE_LENIENT, matter->arena, row,
                         &work->problem) &&
           pack_of(row, matter->arena, &matter->pack, &work->problem);
}

static bool fetch_calendar(struct work *work, struct matter *matter)
{
    auto_arguments none = arguments_new(64);
    auto_rows *rows = NULL;
    if (!sql_run(work->connection, "calendar_years", &none, &rows))
        return false;
    size_t count = rows_count(rows);
    struct working_calendar *years = arena_take(matter->arena, (count + 1) * sizeof *years);
    for (size_t i = 0; years && i < count; i++)
        if (!decode_record(working_calendar_shape(), row_text(rows, i, 0), DECODE_LENIENT, matter->arena, &years[i],
                           &work->problem))
            return false;
    return years && calendar_of(years, count, matter->arena, &matter->calendar, &work->problem);
}

static bool read_step(struct work *work, struct matter *matter, const struct rows *rows, size_t row)
{
    struct case_given *given = arena_take(matter->arena, sizeof *given);
    struct slice text = text_at(rows, row, 3, matter->arena);
    matter->steps[row] = (struct step){
        .move = pack_move_of(&matter->pack, row_text(rows, row, 0)),
        .clock = row_null(rows, row, 1),
        .actor = id_at(rows, row, 1),
        .at = row_time(rows, row, 2),
        .given = given,
    };
    matter->commands[row] = id_at(rows, row, 4);
    return given && text.at && matter->steps[row].move != PACK_NONE &&
           decode_record(case_given_shape(), text, DECODE_LENIENT, matter->arena, given, &work->problem);
}

static bool make_room(struct matter *matter, size_t count)
{
    matter->steps = arena_take(matter->arena, (count + 1) * sizeof *matter->steps);
    matter->commands = arena_take(matter->arena, (count + 1) * sizeof *matter->commands);
    matter->record.pack = &matter->pack;
    matter->record.steps = matter->steps;
    matter->record.count = count;
    return matter->steps && matter->commands;
}

static bool fetch_steps(struct work *work, struct matter *matter)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), matter->id.bytes);
    if (!sql_run(work->connection, "case_steps", &arguments, &rows) || !make_room(matter, rows_count(rows)))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        if (!read_step(work, matter, rows, i))
            return false;
    case_stand(&matter->record, &matter->calendar, &matter->standing);
    return true;
}

bool matter_fetch(struct work *work, struct id id, struct matter *ret_matter)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    *ret_matter = (struct matter){.arena = arena_new(ARENA_BLOCK, ARENA_MOST), .id = id};
    value_id(argument(&arguments), id.bytes);
    if (!sql_run(work->connection, "case_find", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return true;
    ret_matter->there = true;
    ret_matter->organisation = id_at(rows, 0, 0);
    ret_matter->record.has_subject = !row_null(rows, 0, 1);
    ret_matter->record.subject = id_at(rows, 0, 1);
    ret_matter->opened_by = id_at(rows, 0, 2);
    ret_matter->version = row_number(rows, 0, 3);
    return read_pack(work, ret_matter, row_text(rows, 0, 5)) && fetch_calendar(work, ret_matter) &&
           fetch_steps(work, ret_matter);
}

bool matter_begin(struct work *work, struct slice procedure, struct matter *ret_matter)
{
    auto_arguments arguments = arguments_new(512);
    auto_rows *rows = NULL;
    *ret_matter = (struct matter){.arena = arena_new(ARENA_BLOCK, ARENA_MOST), .id = work->envelope->id,
                                  .opened_by = work->envelope->actor};
    value_text(argument(&arguments), procedure);
    value_date(argument(&arguments), clock_day(work->accepted));
    if (!sql_run(work->connection, "pack_in_force", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return true;
    ret_matter->there = true;
    if (!read_pack(work, ret_matter, row_text(rows, 0, 2)) || !fetch_calendar(work, ret_matter) || !make_room(ret_matter, 0))
        return false;
    case_stand(&ret_matter->record, &ret_matter->calendar, &ret_matter->standing);
    return true;
}

void matter_free(struct matter *matter)
{
    arena_free(matter->arena);
}

bool matter_mover(struct work *work, const struct matter *matter, struct id account, struct mover *ret_mover)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), account.bytes);
    value_id(argument(&arguments), matter->organisation.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "case_offices", &arguments, &rows))
        return false;
    struct office *offices = arena_take(matter->arena, (rows_count(rows) + 1) * sizeof *offices);
    *ret_mover = (struct mover){.id = account, .offices = offices, .count = rows_count(rows)};
    for (size_t i = 0; offices && i < rows_count(rows); i++)
        offices[i] = (struct office){text_at(rows, i, 0, matter->arena), row_bool(rows, i, 1), row_bool(rows, i, 2),
                                     row_bool(rows, i, 3)};
    return offices != NULL;
}

/* The roles that show others' cases; whoever may only read them has asked for nothing here. */
static const uint64_t officers = ROLE_branch_officer | ROLE_committee_administrator | ROLE_county_administrator;

static bool asks(const struct pack *pack, struct slice role)
{
    for (int move = 0; move < pack->move_count; move++)
        for (size_t i = 0; i < pack->moves[move].row->who.count; i++)
            if (pack->moves[move].row->who.at[i].has_role && slice_equal(pack->moves[move].row->who.at[i].role, role))
                return true;
    return false;
}

bool matter_seen(const struct matter *matter, const struct mover *mover)
{
    if ((matter->record.has_subject && id_equal(matter->record.subject, mover->id)) ||
        id_equal(matter->opened_by, mover->id))
        return true;
    for (size_t i = 0; i < mover->count; i++)
        if ((catalogue_role_bit(mover->offices[i].role) & officers) || asks(&matter->pack, mover->offices[i].role))
            return true;
    return false;
}

/* All reasons, numbered where there are several. */
static void add_reasons(const struct judgement *judgement, bool chinese, struct buffer *buffer)
{
    int number = 0;
    for (const struct reason *reason = judgement->first; reason; reason = reason->next) {
        if (number++)
            buffer_add_text(buffer, chinese ? "；" : "; ");
        if (judgement->count > 1)
            buffer_add_format(buffer, "(%d) ", number);
        buffer_add_slice(buffer, chinese ? reason->detail_zh : reason->detail);
    }
}

static enum problem_code code_of(const struct judgement *judgement)
{
    bool kinds[REASON_VOTE + 1] = {false};
    for (const struct reason *reason = judgement->first; reason; reason = reason->next)
        kinds[reason->kind] = true;
    return kinds[REASON_STATE]    ? PROBLEM_conflict
           : kinds[REASON_MOVER]  ? PROBLEM_forbidden
           : kinds[REASON_PERSON] ? PROBLEM_second_person
                                  : PROBLEM_conflict;
}

static enum verdict refuse(struct work *work, const struct judgement *judgement)
{
    struct buffer english = buffer_new(ROAD_MOST), chinese = buffer_new(ROAD_MOST);
    add_reasons(judgement, false, &english);
    add_reasons(judgement, true, &chinese);
    problem_tell(&work->problem, code_of(judgement), buffer_slice(&english), buffer_slice(&chinese));
    buffer_free(&english);
    buffer_free(&chinese);
    return REJECTED;
}

bool matter_keep(struct work *work, struct matter *matter)
{
    auto_arguments arguments = arguments_new(ROAD_MOST + 4096);
    struct buffer json = buffer_new(ROAD_MOST);
    struct case_road road;
    if (!road_of(&matter->record, &matter->standing, &matter->calendar, work->accepted, (size_t)config->pack_configurations,
                 matter->arena, &road))
        return false;
    encode(&json, case_road_shape(), &road);
    value_id(argument(&arguments), matter->id.bytes);
    value_text(argument(&arguments), matter->pack.row->name);
    value_int4(argument(&arguments), (int32_t)matter->pack.row->version);
    value_id(argument(&arguments), matter->organisation.bytes);
    value_id(argument(&arguments), matter->record.has_subject ? matter->record.subject.bytes : NULL);
    value_id(argument(&arguments), matter->opened_by.bytes);
    value_text(argument(&arguments), road.state);
    value_bool(argument(&arguments), road.ended);
    value_int4(argument(&arguments), (int32_t)matter->version);
    value_time(argument(&arguments), matter->steps[matter->record.count - 1].at);
    value_jsonb(argument(&arguments), json.overflowed ? (struct slice){0} : buffer_slice(&json));
    buffer_free(&json);
    return sql_run(work->connection, "case_keep", &arguments, NULL);
}

static bool keep_step(struct work *work, const struct matter *matter, bool provisional)
{
    auto_arguments arguments = arguments_new(ROAD_MOST + 4096);
    struct buffer json = buffer_new(ROAD_MOST);
    const struct step *step = &matter->steps[matter->record.count - 1];
    encode(&json, case_given_shape(), step->given);
    value_id(argument(&arguments), matter->id.bytes);
    value_int4(argument(&arguments), (int32_t)matter->record.count);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_text(argument(&arguments), matter->pack.moves[step->move].row->name);
    value_text(argument(&arguments), matter->pack.states[matter->standing.place.state].row->name);
    value_id(argument(&arguments), step->clock ? NULL : step->actor.bytes);
    value_time(argument(&arguments), step->at);
    value_bool(argument(&arguments), provisional);
    value_jsonb(argument(&arguments), json.overflowed ? (struct slice){0} : buffer_slice(&json));
    buffer_free(&json);
    return sql_run(work->connection, "case_step_keep", &arguments, NULL);
}

/* By when the move is asked for; 0: by no day. */
static int32_t due_of(const struct matter *matter, int move)
{
    int32_t due = 0;
    for (int i = 0; i < matter->pack.deadline_count; i++)
        if ((matter->standing.place.running >> i & 1) && (matter->pack.deadlines[i].met_by >> move & 1) &&
            (!due || matter->standing.deadlines[i].due_on < due))
            due = matter->standing.deadlines[i].due_on;
    return due;
}

/* A row for each of those who may make each step that leaves the state. */
static bool keep_tasks(struct work *work, const struct matter *matter)
{
    const struct pack *pack = &matter->pack;
    auto_arguments arguments = arguments_new(ROAD_MOST);
    const struct pack_mover *movers[PACK_MOVES * 8];
    int moves[PACK_MOVES * 8];
    size_t count = 0;
    for (int move = 0; move < pack->move_count; move++) {
        const struct pack_move *row = pack->moves[move].row;
        bool leaves = pack_leaves(&pack->moves[move], matter->standing.place.state);
        for (size_t i = 0; leaves && i < row->who.count; i++)
            if (row->who.at[i].at != MOVER_CLOCK) {
                movers[count] = &row->who.at[i];
                moves[count++] = move;
            }
    }
    value_id(argument(&arguments), matter->id.bytes);
    struct buffer *array = argument_array(&arguments, SQL_TEXT, count);
    for (size_t i = 0; i < count; i++)
        value_text(array, pack->moves[moves[i]].row->name);
    array = argument_array(&arguments, SQL_TEXT, count);
    for (size_t i = 0; i < count; i++)
        value_text(array, movers[i]->has_role ? movers[i]->role : (struct slice){0});
    array = argument_array(&arguments, SQL_INT2, count);
    for (size_t i = 0; i < count; i++)
        value_int2(array, (int16_t)movers[i]->at);
    array = argument_array(&arguments, SQL_DATE, count);
    for (size_t i = 0; i < count; i++) {
        int32_t due = due_of(matter, moves[i]);
        if (due)
            value_date(array, due);
        else
            value_null(array);
    }
    return sql_run(work->connection, "case_ask", &arguments, NULL);
}

static bool keep_deadlines(struct work *work, const struct matter *matter)
{
    auto_arguments arguments = arguments_new(ROAD_MOST);
    int running[PACK_DEADLINES];
    size_t count = 0;
    for (int i = 0; i < matter->pack.deadline_count; i++)
        if (matter->standing.place.running >> i & 1)
            running[count++] = i;
    value_id(argument(&arguments), matter->id.bytes);
    struct buffer *array = argument_array(&arguments, SQL_TEXT, count);
    for (size_t i = 0; i < count; i++)
        value_text(array, matter->pack.deadlines[running[i]].row->name);
    array = argument_array(&arguments, SQL_INT4, count);
    for (size_t i = 0; i < count; i++)
        value_int4(array, (int32_t)matter->standing.deadlines[running[i]].generation);
    array = argument_array(&arguments, SQL_DATE, count);
    for (size_t i = 0; i < count; i++)
        value_date(array, matter->standing.deadlines[running[i]].due_on);
    array = argument_array(&arguments, SQL_BOOL, count);
    for (size_t i = 0; i < count; i++)
        value_bool(array, matter->standing.deadlines[running[i]].provisional);
    return sql_run(work->connection, "case_run", &arguments, NULL);
}

/* Deadlines that this step started come back when their last day is over; those that it met do not. */
static void set_timers(struct work *work, const struct matter *matter, uint32_t before)
{
    for (int i = 0; i < matter->pack.deadline_count; i++) {
        const struct standing_deadline *deadline = &matter->standing.deadlines[i];
        struct id key = id_derive(0, matter->id, "deadline", (uint32_t)i);
        bool running = matter->standing.place.running >> i & 1;
        struct case_due event = {matter->id, matter->pack.deadlines[i].row->name, (int64_t)deadline->generation};
        if (running && deadline->generation == matter->record.count)
            work_timer_set(work, DECLARED(case_due), key, (int)deadline->generation,
                           clock_day_start(deadline->due_on + 1), &event);
        else if (!running && (before >> i & 1))
            work_timer_cancel(work, DECLARED(case_due), key);
    }
}

/* The fact as it was given last, and the command that gave it. */
static bool add_fact(const struct matter *matter, struct slice name, struct followed_fact *fact)
{
    int number = pack_fact_of(&matter->pack, name);
    if (number == PACK_NONE || !matter->standing.facts[number])
        return false;
    *fact = (struct followed_fact){.fact = name, .value = *matter->standing.facts[number]};
    for (size_t i = 0; i < matter->record.count; i++)
        for (size_t k = 0; k < matter->steps[i].given->facts.count; k++)
            if (slice_equal(matter->steps[i].given->facts.at[k].fact, name))
                fact->step = matter->commands[i];
    return true;
}

/* Does what follows from the last step, before anything of it is written, and says it for those who take it up elsewhere. */
static enum verdict follow(struct work *work, const struct matter *matter)
{
    const struct step *step = &matter->steps[matter->record.count - 1];
    const struct pack_move *row = matter->pack.moves[step->move].row;
    for (size_t i = 0; i < row->follows.count; i++) {
        const struct pack_effect *effect = &row->follows.at[i];
        struct case_followed event = {
            .matter = matter->id,
            .procedure = matter->pack.row->name,
            .version = matter->pack.row->version,
            .organisation = matter->organisation,
            .has_subject = matter->record.has_subject,
            .subject = matter->record.subject,
            .has_actor = !step->clock,
            .actor = step->actor,
            .move = row->name,
            .effect = effect->effect,
            .facts.at = arena_take(matter->arena, (effect->facts.count + 1) * sizeof *event.facts.at),
        };
        effect_take *take = effect_named(effect->effect);
        if (!event.facts.at)
            return FAILED;
        for (size_t k = 0; k < effect->facts.count; k++)
            event.facts.count += add_fact(matter, effect->facts.at[k], &event.facts.at[event.facts.count]);
        enum verdict verdict = take ? take(work, &event) : APPLIED;
        if (verdict == REJECTED) /* with what the case was given, whichever field a command has it in */
            (void)problem_point(&work->problem, SLICE("given"));
        if (verdict != APPLIED)
            return verdict;
        work_say(work, DECLARED(case_followed), &event);
    }
    return APPLIED;
}

static bool full(const struct matter *matter, int move)
{
    int to = matter->pack.moves[move].to;
    return (int64_t)matter->record.count >= config->case_steps && !(matter->pack.ends >> to & 1);
}

static void add_step(struct work *work, struct matter *matter, const struct step *step)
{
    matter->commands[matter->record.count] = work->envelope->id;
    matter->steps[matter->record.count++] = *step;
    matter->version = (int64_t)matter->record.count;
    case_stand_on(&matter->pack, &matter->calendar, matter->record.count, step, &matter->standing);
}

enum verdict matter_move(struct work *work, struct matter *matter, int move, const struct mover *mover,
                         const struct case_given *given, bool *ret_provisional)
{
    struct request request = {move, mover, work->accepted, given};
    struct judgement judgement;
    if (full(matter, move))
        return work_reject(work, conflict, "The case has as many steps as one may have: end it", "该事项步骤数已达上限，请办结");
    if (!step_judge(&matter->record, &matter->standing, &matter->calendar, &request, matter->arena, &judgement))
        return refuse(work, &judgement);
    struct standing before = matter->standing;
    add_step(work, matter, &(struct step){move, mover->clock, mover->id, work->accepted, given});
    *ret_provisional = judgement.provisional;
    enum verdict verdict = follow(work, matter);
    if (verdict != APPLIED) { /* the case stands as it did */
        matter->standing = before;
        matter->version = (int64_t)--matter->record.count;
        return verdict;
    }
    if (!matter_keep(work, matter) || !keep_step(work, matter, judgement.provisional) || !keep_tasks(work, matter) ||
        !keep_deadlines(work, matter))
        return FAILED;
    set_timers(work, matter, before.place.running);
    return APPLIED;
}
