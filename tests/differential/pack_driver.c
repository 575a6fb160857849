/* Reads commands from standard input, one a line, its words parted by tabs, and answers each by a line of JSON: for the
 * tests that check packs, walk cases by a table, and compare with the walker in Python.  SPDX-License-Identifier: Apache-2.0
 *
 * check PACK · supplement LOCAL NATIONAL · calendar YEAR · open PACK SUBJECT · step MILLISECONDS MOVE MOVER GIVEN · road MILLISECONDS
 * MOVER: "clock", or an account's id and its offices, "ID role@own role@superior role@authority". */
#include <stdio.h>
#include <stdlib.h>

#include "consumers/procedure/check.h"
#include "consumers/procedure/road.h"
#include "process/clock.h"
#include "topics/decode.h"
#include "topics/encode.h"

enum { WORDS_MOST = 8, STEPS_MOST = 200, MOST = 200000, ARENA = 256 << 20 };

static struct arena *arena;
static struct buffer out;
static struct working_calendar years[20];
static size_t year_count;
static struct calendar calendar;
static struct pack pack;
static struct step steps[STEPS_MOST];
static struct case_record record = {.pack = &pack, .steps = steps};
static struct standing standing;

static void say_problem(const struct problem *problem)
{
    buffer_add_text(&out, "{\"kind\":\"PROBLEM\",\"problem\":");
    buffer_add_json(&out, slice_of(problem_name(problem->code)));
    buffer_add_text(&out, ",\"pointer\":");
    buffer_add_json(&out, slice_of(problem->pointer));
    buffer_add_text(&out, ",\"detail\":");
    buffer_add_json(&out, slice_of(problem->detail));
    buffer_add_text(&out, "}");
}

static void say_name(const char *member, struct slice name)
{
    buffer_add_format(&out, ",\"%s\":", member);
    if (name.at)
        buffer_add_json(&out, name);
    else
        buffer_add_text(&out, "null");
}

static void say_finding(const struct pack *of, const struct finding *finding)
{
    static const char *const kinds[] = {"FINE", "DEAD_END", "UNREACHED", "BYPASS", "UNOWNED", "LOOSENED", "TOO_LARGE"};
    struct problem problem;
    problem_none(&problem);
    if (finding->kind)
        finding_say(of, finding, &problem);
    buffer_add_format(&out, "{\"kind\":\"%s\"", kinds[finding->kind]);
    say_name("state", finding->state == PACK_NONE ? (struct slice){0} : of->states[finding->state].row->name);
    say_name("move", finding->move == PACK_NONE ? (struct slice){0} : of->moves[finding->move].row->name);
    say_name("deadline", finding->deadline == PACK_NONE ? (struct slice){0} : of->deadlines[finding->deadline].row->name);
    say_name("end", finding->end == PACK_NONE ? (struct slice){0} : of->states[finding->end].row->name);
    say_name("detail", slice_of(finding->kind ? problem.detail : ""));
    say_name("detail_zh", slice_of(finding->kind ? problem.detail_zh : ""));
    say_name("pointer", slice_of(finding->kind ? problem.pointer : ""));
    buffer_add_text(&out, ",\"way\":[");
    for (int i = 0; i < finding->way.count; i++) {
        buffer_add_text(&out, i ? "," : "");
        buffer_add_json(&out, of->moves[finding->way.moves[i]].row->name);
    }
    buffer_add_text(&out, "]}");
}

static bool read_pack(const char *word, struct pack *ret_pack)
{
    struct problem problem;
    problem_none(&problem);
    if (pack_read(slice_of(word), arena, ret_pack, &problem))
        return true;
    say_problem(&problem);
    return false;
}

static void check(char **words)
{
    struct pack one, two;
    struct finding finding;
    if (!read_pack(words[1], &one))
        return;
    if (pack_sound(&one, MOST, &finding) && words[2] && read_pack(words[2], &two))
        pack_supplements(&one, &two, MOST, &finding);
    say_finding(&one, &finding);
}

static void add_calendar(char **words)
{
    struct problem problem;
    problem_none(&problem);
    if (decode_record(working_calendar_shape(), slice_of(words[1]), DECODE_STRICT, arena, &years[year_count], &problem) &&
        calendar_of(years, ++year_count, arena, &calendar, &problem))
        buffer_add_text(&out, "{}");
    else
        say_problem(&problem);
}

static void open_case(char **words)
{
    if (!read_pack(words[1], &pack))
        return;
    record.count = 0;
    record.has_subject = id_parse(slice_of(words[2]), &record.subject);
    case_stand(&record, &calendar, &standing);
    buffer_add_text(&out, "{}");
}

static void read_mover(char *word, struct mover *mover, struct office *offices)
{
    *mover = (struct mover){.clock = strcmp(word, "clock") == 0, .offices = offices};
    char *name = strsep(&word, " ");
    if (!mover->clock && !id_parse(slice_of(name), &mover->id))
        abort();
    while ((name = strsep(&word, " "))) {
        char *role = strsep(&name, "@");
        offices[mover->count++] = (struct office){slice_of(role), !strcmp(name, "own"), strcmp(name, "own") != 0,
                                                  !strcmp(name, "authority")};
    }
}

static void say_road(int64_t at)
{
    struct case_road road;
    if (record.count == 0 || !road_of(&record, &standing, &calendar, at, MOST, arena, &road))
        buffer_add_text(&out, "null");
    else
        encode(&out, case_road_shape(), &road);
}

static void say_refusal(const struct judgement *judgement)
{
    static const char *const kinds[] = {"STATE", "MOVER", "PERSON", "FACT", "GUARD", "PAPER", "VOTE"};
    buffer_add_text(&out, "{\"made\":false,\"reasons\":[");
    for (const struct reason *reason = judgement->first; reason; reason = reason->next) {
        buffer_add_format(&out, "%s{\"kind\":\"%s\",\"opens_on\":\"", reason == judgement->first ? "" : ",", kinds[reason->kind]);
        char day[CLOCK_DAY_TEXT] = "";
        if (reason->opens_on)
            clock_day_text(reason->opens_on, day);
        buffer_add_text(&out, day);
        buffer_add_text(&out, "\"");
        say_name("detail", reason->detail);
        say_name("detail_zh", reason->detail_zh);
        say_name("clause", reason->clause);
        buffer_add_text(&out, "}");
    }
    buffer_add_text(&out, "]}");
}

static void make_step(char **words)
{
    struct case_given *given = arena_take(arena, sizeof *given);
    struct office *offices = arena_take(arena, 32 * sizeof *offices);
    struct problem problem;
    struct mover mover;
    struct judgement judgement;
    struct request request = {pack_move_of(&pack, slice_of(words[2])), &mover, atoll(words[1]), given};
    problem_none(&problem);
    read_mover(words[3], &mover, offices);
    if (request.move == PACK_NONE || !decode_record(case_given_shape(), slice_of(words[4]), DECODE_STRICT, arena, given, &problem)) {
        say_problem(&problem);
        return;
    }
    if (!step_judge(&record, &standing, &calendar, &request, arena, &judgement)) {
        say_refusal(&judgement);
        return;
    }
    steps[record.count++] = (struct step){request.move, mover.clock, mover.id, request.at, given};
    case_stand_on(&pack, &calendar, record.count, &steps[record.count - 1], &standing);
    buffer_add_format(&out, "{\"made\":true,\"provisional\":%s,\"road\":", judgement.provisional ? "true" : "false");
    say_road(request.at);
    buffer_add_text(&out, "}");
}

static void answer(char *line)
{
    char *words[WORDS_MOST] = {0};
    for (int i = 0; i < WORDS_MOST - 1 && line; i++)
        words[i] = strsep(&line, "\t");
    if (!strcmp(words[0], "check") || !strcmp(words[0], "supplement")) {
        check(words);
        arena_reset(arena);
    } else if (!strcmp(words[0], "calendar")) {
        add_calendar(words);
    } else if (!strcmp(words[0], "open")) {
        open_case(words);
    } else if (!strcmp(words[0], "step")) {
        make_step(words);
    } else {
        say_road(atoll(words[1]));
    }
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    arena = arena_new(1 << 20, ARENA);
    out = buffer_new(64 << 20);
    for (ssize_t length; (length = getline(&line, &room, stdin)) > 0;) {
        line[length - 1] = 0;
        char *copy = arena_copy(arena, slice_of(line));
        answer(copy);
        puts(buffer_slice(&out).at ? (buffer_add_byte(&out, 0), out.at) : "");
        fflush(stdout);
        buffer_empty(&out);
    }
    free(line);
    buffer_free(&out);
    arena_free(arena);
    return 0;
}
