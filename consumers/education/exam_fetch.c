/* The grading worker's desk: fetching terms, papers, attempts, sheets and saved answers for a whole batch.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/exam_desk.h"

#include "consumers/fetched.h"
#include "process/config.h"
#include "process/log.h"
#include "topics/decode.h"

static struct id together(struct id exam, struct id member)
{
    for (size_t i = 0; i < sizeof exam.bytes; i++)
        exam.bytes[i] ^= member.bytes[(i + 5) % sizeof exam.bytes];
    return exam;
}

struct sitting *exam_desk_sitting(struct exam_desk *desk, struct arena *arena, struct id exam, struct id member)
{
    void **place = index_place(&desk->sittings, arena, together(exam, member));
    struct sitting *sitting = place ? *place : NULL;
    if (!place || (sitting && id_equal(sitting->exam, exam) && id_equal(sitting->member, member)))
        return sitting;
    if (sitting || !(sitting = arena_take(arena, sizeof *sitting)))
        return NULL; /* two pairs fell together: once in 2^128; the message is parked, not confused */
    sitting->exam = exam;
    sitting->member = member;
    sitting->next = desk->first;
    desk->first = sitting;
    *place = sitting;
    return sitting;
}

static bool take_terms(struct exam_desk *desk, struct arena *arena, const struct rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct exam_terms *terms = arena_take(arena, sizeof *terms);
        void **place = index_place(&desk->terms, arena, id_at(rows, i, 0));
        if (!terms || !place)
            return false;
        *terms = (struct exam_terms){
            .exam = id_at(rows, i, 0),
            .organisation = id_at(rows, i, 1),
            .published = row_bool(rows, i, 2),
            .opens_at = row_time(rows, i, 3),
            .closes_at = row_time(rows, i, 4),
            .minutes = row_number(rows, i, 5),
            .grace_seconds = row_number(rows, i, 6),
            .attempts = row_number(rows, i, 7),
            .counted = (enum counted_attempt)row_number(rows, i, 8),
            .multiple = (enum multiple_mode)row_number(rows, i, 9),
            .penalty = row_number(rows, i, 10),
            .release = (enum release_rule)row_number(rows, i, 11),
            .full_mark = row_number(rows, i, 12),
            .key_version = (int)row_number(rows, i, 13),
        };
        *place = terms;
    }
    return true;
}

static bool fetch_terms(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                        const struct wanted_sitting *wanted, size_t count)
{
    auto_arguments arguments = arguments_new(count * 24 + 64);
    auto_rows *rows = NULL;
    struct id last = {0};
    size_t different = 0;
    for (size_t i = 0; i < count; i++)
        different += i == 0 || !id_equal(wanted[i].exam, wanted[i - 1].exam);
    struct buffer *array = argument_array(&arguments, SQL_UUID, different);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !id_equal(wanted[i].exam, last))
            value_id(array, wanted[i].exam.bytes);
        last = wanted[i].exam;
    }
    return sql_run(connection, "exam_terms", &arguments, &rows) && take_terms(desk, arena, rows);
}

/* The two arrays of the wanted pairs. */
static void add_pairs(struct arguments *arguments, const struct wanted_sitting *wanted, size_t count)
{
    struct buffer *array = argument_array(arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++)
        value_id(array, wanted[i].exam.bytes);
    array = argument_array(arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++)
        value_id(array, wanted[i].member.bytes);
}

/* The wanted sittings that have not been fetched in this batch, each once; NULL when memory ran out. */
static struct wanted_sitting *choose(struct exam_desk *desk, struct arena *arena, const struct wanted_sitting *wanted,
                                     size_t count, size_t *ret_count)
{
    struct wanted_sitting *chosen = arena_take(arena, count * sizeof *chosen);
    *ret_count = 0;
    for (size_t i = 0; chosen && i < count; i++) {
        struct sitting *sitting = exam_desk_sitting(desk, arena, wanted[i].exam, wanted[i].member);
        if (!sitting)
            return NULL;
        if (!sitting->fetched)
            chosen[(*ret_count)++] = wanted[i];
        sitting->fetched = true;
    }
    return chosen;
}

/* Puts the attempt among the sitting's others, the latest first. */
static void place_attempt(struct sitting *sitting, struct attempt *attempt)
{
    struct attempt **link = &sitting->attempts;
    while (*link && (*link)->number > attempt->number)
        link = &(*link)->next;
    attempt->next = *link;
    *link = attempt;
}

static bool take_attempt(struct sitting *sitting, struct arena *arena, const struct rows *rows, size_t i,
                         struct attempt **ret_attempt)
{
    struct attempt *attempt = *ret_attempt = arena_take(arena, sizeof *attempt);
    if (!attempt)
        return false;
    struct slice questions = text_at(rows, i, 10, arena);
    *attempt = (struct attempt){
        .id = id_at(rows, i, 2),
        .number = (int)row_number(rows, i, 3),
        .writers = (int)row_number(rows, i, 4),
        .due = (int)row_number(rows, i, 5),
        .seed = (uint64_t)row_number(rows, i, 6),
        .started_at = row_time(rows, i, 7),
        .deadline = row_time(rows, i, 8),
        .questions = (const unsigned char *)questions.at,
        .question_count = questions.length / 2,
        .stored = true,
    };
    place_attempt(sitting, attempt);
    sitting->extra_minutes = row_number(rows, i, 9);
    if (row_null(rows, i, 11))
        return true;
    attempt->sheet = (struct sheet){
        .there = true,
        .stored = true,
        .ended = (enum hand_in)row_number(rows, i, 11),
        .ended_at = row_time(rows, i, 12),
        .command = id_at(rows, i, 13),
        .revision = (int)row_number(rows, i, 14),
        .key_version = (int)row_number(rows, i, 15),
        .mark = row_number(rows, i, 16),
        .hand_in = text_at(rows, i, 17, arena),
        .marks = text_at(rows, i, 18, arena),
    };
    return true;
}

static bool take_answer(struct attempt *attempt, struct arena *arena, const struct rows *rows, size_t i)
{
    struct written *written = arena_take(arena, sizeof *written);
    struct answer *answer = arena_take(arena, sizeof *answer);
    struct problem problem;
    problem_none(&problem);
    if (!written || !answer)
        return false;
    *written = (struct written){
        .next = attempt->written,
        .question = row_number(rows, i, 1),
        .writer = row_number(rows, i, 2),
        .seq = row_number(rows, i, 3),
        .answer = answer,
    };
    attempt->written = written;
    return decode_record(answer_shape(), text_at(rows, i, 4, arena), DECODE_LENIENT, arena, answer, &problem);
}

/* What is saved of these attempts. */
static bool fetch_answers(struct sql_connection *connection, struct arena *arena, struct attempt *const *attempts,
                          size_t count)
{
    auto_arguments arguments = arguments_new(count * 24 + 64);
    auto_rows *rows = NULL;
    struct buffer *array = argument_array(&arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++)
        value_id(array, attempts[i]->id.bytes);
    if (count > 0 && !sql_run(connection, "exam_answers", &arguments, &rows))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        if (!take_answer(attempts[row_number(rows, i, 0) - 1], arena, rows, i))
            return false;
    return true;
}

/* Attempts with their sheets and saved answers. */
static bool fetch_attempts(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                           const struct wanted_sitting *wanted, size_t count)
{
    auto_rows *rows = NULL;
    struct wanted_sitting *chosen = choose(desk, arena, wanted, count, &count);
    auto_arguments arguments = arguments_new(count * 48 + 128);
    if (!chosen || count == 0)
        return chosen;
    add_pairs(&arguments, chosen, count);
    if (!sql_run(connection, "exam_attempts", &arguments, &rows))
        return false;
    struct attempt **attempts = arena_take(arena, rows_count(rows) * sizeof *attempts);
    if (!attempts)
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct sitting *sitting = exam_desk_sitting(desk, arena, id_at(rows, i, 0), id_at(rows, i, 1));
        if (!sitting || !take_attempt(sitting, arena, rows, i, &attempts[i]))
            return false;
    }
    return fetch_answers(connection, arena, attempts, rows_count(rows));
}

/* Who of those that start is in the examination's subtree, and with how much extra time. */
static bool fetch_eligible(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                           const struct wanted_sitting *wanted, size_t count)
{
    auto_arguments arguments = arguments_new(count * 48 + 128);
    auto_rows *rows = NULL;
    struct wanted_sitting *starts = arena_take(arena, count * sizeof *starts);
    size_t start_count = 0;
    if (!starts)
        return false;
    for (size_t i = 0; i < count; i++)
        if (wanted[i].to_start)
            starts[start_count++] = wanted[i];
    if (start_count == 0)
        return true;
    add_pairs(&arguments, starts, start_count);
    if (!sql_run(connection, "exam_eligible", &arguments, &rows))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct sitting *sitting = exam_desk_sitting(desk, arena, id_at(rows, i, 0), id_at(rows, i, 1));
        if (!sitting)
            return false;
        sitting->eligible = true;
        sitting->extra_minutes = row_number(rows, i, 2);
    }
    return true;
}

/* The paper leaves its place in the cache for the first one. */
static struct paper *to_front(struct exam_desk *desk, struct paper **link)
{
    struct paper *paper = *link;
    *link = paper->next;
    paper->next = desk->papers;
    return desk->papers = paper;
}

const struct paper *exam_desk_paper(struct exam_desk *desk, struct sql_connection *connection,
                                    const struct exam_terms *terms)
{
    struct paper **link = &desk->papers;
    for (; *link; link = &(*link)->next)
        if (id_equal((*link)->exam, terms->exam) && (*link)->key_version == terms->key_version)
            return to_front(desk, link);
    struct paper *paper = paper_load(connection, terms);
    if (!paper)
        return NULL;
    paper->next = desk->papers;
    desk->papers = paper;
    if (++desk->paper_count > (size_t)config->papers) {
        for (link = &desk->papers; (*link)->next; link = &(*link)->next)
            ;
        paper_free(*link);
        *link = NULL;
        desk->paper_count--;
    }
    return paper;
}

bool exam_desk_published(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                         struct id exam, const struct paper **ret_paper)
{
    struct wanted_sitting wanted = {.exam = exam};
    *ret_paper = NULL;
    if (!fetch_terms(desk, connection, arena, &wanted, 1))
        return false;
    const struct exam_terms *terms = index_find(&desk->terms, exam);
    if (!terms || !terms->published)
        return true;
    *ret_paper = exam_desk_paper(desk, connection, terms);
    return *ret_paper != NULL;
}

static bool join_papers(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                        const struct wanted_sitting *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sitting *sitting = exam_desk_sitting(desk, arena, wanted[i].exam, wanted[i].member);
        if (!sitting)
            return false;
        sitting->terms = index_find(&desk->terms, sitting->exam);
        if (!sitting->terms || !sitting->terms->published || sitting->paper)
            continue;
        sitting->paper = exam_desk_paper(desk, connection, sitting->terms);
        if (!sitting->paper)
            return false;
    }
    return true;
}

bool exam_desk_fetch(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                     const struct wanted_sitting *wanted, size_t count)
{
    return count == 0 ||
           (fetch_terms(desk, connection, arena, wanted, count) && fetch_attempts(desk, connection, arena, wanted, count) &&
            fetch_eligible(desk, connection, arena, wanted, count) &&
            join_papers(desk, connection, arena, wanted, count));
}
