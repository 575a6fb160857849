/* The view of examinations and their questions.  SPDX-License-Identifier: Apache-2.0 */
#include "http/paper.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/numbers.h"
#include "http/query.h"
#include "http/token.h"
#include "http/visit.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/decode.h"
#include "topics/encode.h"
#include "topics/json.h"
#include "topics/messages.h"

enum { ARENA_CEILING = 1 << 20, QUESTION_BLOCK = 2048, SHEET_BYTES = 1 << 20 };
enum { TOKEN_BYTES = 1024, TOKEN_AFTER_MS = 600000 }; /* an attempt's token: so long after deadline and grace */

/* A question with its texts, which stand in its arena. */
struct question {
    struct arena *arena;
    struct exam_question state;
};

struct sitting_exam {
    struct exam state; /* its title stands in `title`, its audience in `tops` */
    char *title;
    uint32_t organisation;
    uint32_t *tops; /* who sits it, with all below: its audience or its organisation */
    size_t top_count;
    bool known;
    struct question *questions; /* by number from 1 */
    int64_t room;
};

struct papers {
    pthread_rwlock_t lock;
    struct tree *tree;
    struct numbers *numbers;
    struct sitting_exam *exams;
    struct arena *arena;
    struct series *held;
    uint32_t room;
    size_t bytes, bytes_most, questions;
};

struct papers *papers_new(struct tree *tree, uint32_t most, size_t bytes)
{
    struct papers *papers = memory_new(sizeof *papers);
    pthread_rwlock_init(&papers->lock, NULL);
    papers->tree = tree;
    papers->numbers = numbers_new(most);
    papers->arena = arena_new(8192, ARENA_CEILING);
    papers->held = metric_series(METRIC_view_records, "paper");
    papers->bytes_most = bytes;
    return papers;
}

void papers_free(struct papers *papers)
{
    if (!papers)
        return;
    for (uint32_t i = 0; i < numbers_count(papers->numbers); i++) {
        for (int64_t n = 0; n < papers->exams[i].room; n++)
            arena_free(papers->exams[i].questions[n].arena);
        free(papers->exams[i].questions);
        free(papers->exams[i].title);
        free(papers->exams[i].tops);
    }
    free(papers->exams);
    numbers_free(papers->numbers);
    arena_free(papers->arena);
    pthread_rwlock_destroy(&papers->lock);
    free(papers);
}

/* The lock is held for writing. NULL at the ceiling. */
static struct sitting_exam *exam_of(struct papers *papers, struct id exam)
{
    uint32_t number = numbers_give(papers->numbers, exam);
    if (number == NUMBERS_NONE) {
        LOG(view_full, log_text("view", "paper"));
        return NULL;
    }
    if (number >= papers->room) {
        uint32_t room = papers->room ? papers->room * 2 : 16;
        papers->exams = memory_resize(papers->exams, room * sizeof *papers->exams);
        memset(papers->exams + papers->room, 0, (room - papers->room) * sizeof *papers->exams);
        papers->room = room;
    }
    return &papers->exams[number];
}

/* The numbers of those that sit it, each with all below it. */
static uint32_t *tops_of(struct papers *papers, const struct exam *state, size_t *ret_count)
{
    size_t count = state->has_audience ? state->audience.count : 1;
    uint32_t *tops = memory_new_many(count, sizeof *tops);
    for (size_t i = 0; i < count; i++)
        tops[i] = tree_number(papers->tree, state->has_audience ? state->audience.at[i] : state->organisation);
    *ret_count = count;
    return tops;
}

static void take_exam(struct papers *papers, const struct exam *state)
{
    uint32_t organisation = tree_number(papers->tree, state->organisation);
    size_t top_count;
    uint32_t *tops = tops_of(papers, state, &top_count), *spare = tops;
    pthread_rwlock_wrlock(&papers->lock);
    struct sitting_exam *exam = exam_of(papers, state->exam);
    if (exam && (!exam->known || state->version >= exam->state.version)) {
        free(exam->title);
        exam->title = memory_copy(state->title.at, state->title.length);
        exam->state = *state;
        exam->state.title = slice_of(exam->title);
        exam->state.audience.at = NULL;
        exam->state.audience.count = 0;
        exam->organisation = organisation;
        spare = exam->tops;
        exam->tops = tops;
        exam->top_count = top_count;
        exam->known = true;
    }
    pthread_rwlock_unlock(&papers->lock);
    free(spare);
}

static struct question *question_of(struct sitting_exam *exam, int64_t number)
{
    if (number > exam->room) {
        int64_t room = exam->room ? exam->room : 64;
        while (room < number)
            room *= 2;
        exam->questions = memory_resize(exam->questions, (size_t)room * sizeof *exam->questions);
        memset(exam->questions + exam->room, 0, (size_t)(room - exam->room) * sizeof *exam->questions);
        exam->room = room;
    }
    return &exam->questions[number - 1];
}

/* A question is decoded a second time into an arena of its own, from a copy of its text. */
static void take_question(struct papers *papers, struct slice json, const struct exam_question *seen)
{
    struct problem problem;
    struct question made = {.arena = arena_new(QUESTION_BLOCK, ARENA_CEILING)};
    problem_none(&problem);
    char *copy = arena_copy(made.arena, json);
    if (papers->bytes + json.length > papers->bytes_most || !copy ||
        !decode(DECLARED(exam_question), &(struct decode_source){.body = {copy, json.length}}, DECODE_LENIENT,
                JSON_DEPTH_MOST, made.arena, NULL, &made.state, &problem)) {
        LOG(view_full, log_text("view", "paper"));
        arena_free(made.arena);
        return;
    }
    pthread_rwlock_wrlock(&papers->lock);
    struct sitting_exam *exam = exam_of(papers, seen->exam);
    struct question *question = exam ? question_of(exam, seen->question) : NULL;
    struct arena *old = made.arena;
    if (question && (!question->arena || seen->version >= question->state.version)) {
        old = question->arena;
        papers->bytes += json.length;
        papers->questions += !old;
        *question = made;
    }
    pthread_rwlock_unlock(&papers->lock);
    arena_free(old);
    series_set(papers->held, (int64_t)papers->questions);
}

void papers_apply(void *opaque, const struct record *record)
{
    struct papers *papers = opaque;
    struct exam exam;
    struct exam_question question;
    struct problem problem;
    struct decode_source source = {.body = record->value};
    problem_none(&problem);
    if (!record->value.at)
        return; /* what was published stays */
    arena_reset(papers->arena);
    bool is_exam = record_is(record, DECLARED(exam));
    if (is_exam && decode(DECLARED(exam), &source, DECODE_LENIENT, JSON_DEPTH_MOST, papers->arena, NULL, &exam, &problem))
        take_exam(papers, &exam);
    else if (!is_exam && decode(DECLARED(exam_question), &source, DECODE_LENIENT, JSON_DEPTH_MOST, papers->arena, NULL,
                                &question, &problem))
        take_question(papers, record->value, &question);
    else
        LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
            log_text("detail", problem.detail));
}

/* The lock is held. */
static struct sitting_exam *find(const struct papers *papers, struct id exam)
{
    uint32_t number = numbers_find(papers->numbers, exam);
    return number == NUMBERS_NONE || !papers->exams[number].known ? NULL : &papers->exams[number];
}

bool papers_find(struct papers *papers, struct id exam, uint32_t *ret_organisation, int64_t *ret_questions)
{
    pthread_rwlock_rdlock(&papers->lock);
    const struct sitting_exam *found = find(papers, exam);
    if (found) {
        *ret_organisation = found->organisation;
        *ret_questions = found->state.questions;
    }
    pthread_rwlock_unlock(&papers->lock);
    return found != NULL;
}

static enum resolved resolve_exam(struct front *front, struct reference_asked *asked)
{
    memcpy(&asked->exam, asked->value, sizeof asked->exam);
    return papers_find(front->papers, asked->exam, &asked->organisation, &asked->questions) ? RESOLVED
                                                                                           : RESOLVED_UNKNOWN;
}

static enum resolved resolve_question(struct front *front, struct reference_asked *asked)
{
    int64_t number = *(const int64_t *)asked->value;
    (void)front;
    return number >= 1 && number <= asked->questions ? RESOLVED : RESOLVED_UNKNOWN;
}

/* The texts of options in the order drawn; a number that the paper lacks is passed over. */
static size_t show_options(const struct paper_option *options, size_t count, const int64_t *drawn, size_t drawn_count,
                           struct shown_option *shown)
{
    size_t made = 0;
    for (size_t i = 0; i < drawn_count; i++)
        if (drawn[i] >= 1 && (size_t)drawn[i] <= count)
            shown[made++] = (struct shown_option){drawn[i], options[drawn[i] - 1].text};
    return made;
}

static bool show_question(const struct sitting_exam *exam, const struct drawn_question *drawn, struct arena *arena,
                          struct shown_question *shown)
{
    if (drawn->question > exam->room || !exam->questions[drawn->question - 1].arena)
        return false;
    const struct exam_question *question = &exam->questions[drawn->question - 1].state;
    shown->question = drawn->question;
    shown->kind = question->kind;
    shown->stem = question->stem;
    shown->marks = question->marks;
    shown->blanks = question->blanks;
    shown->options.at = arena_take(arena, (drawn->options.count + 1) * sizeof *shown->options.at);
    shown->rights.at = arena_take(arena, (drawn->rights.count + 1) * sizeof *shown->rights.at);
    if (!shown->options.at || !shown->rights.at)
        return false;
    shown->options.count = show_options(question->options.at, question->options.count, drawn->options.at,
                                        drawn->options.count, shown->options.at);
    shown->rights.count = show_options(question->rights.at, question->rights.count, drawn->rights.at,
                                       drawn->rights.count, shown->rights.at);
    return true;
}

/* Signs the token with which the attempt can be gone on with, to its end, whatever becomes of the access token. */
static void add_token(const struct visit *visit, const struct attempt_drawn *drawn, int64_t grace_seconds,
                      struct buffer *text)
{
    struct token token = {.account = visit->caller.account, .session = drawn->attempt, .issued_ms = visit->accepted_ms,
                          .expires_ms = drawn->deadline + grace_seconds * 1000 + TOKEN_AFTER_MS, .kind = TOKEN_ATTEMPT};
    token_sign(visit->front->token_keys, &token, text);
}

/* A start's result with the paper's texts put in. */
static bool show_start(struct front *front, struct slice result, struct visit *visit, struct buffer *buffer)
{
    struct papers *papers = front->papers;
    struct attempt_drawn drawn;
    if (!decode_record(attempt_drawn_shape(), result, DECODE_LENIENT, visit->arena, &drawn, &visit->problem) ||
        !drawn.has_exam)
        return false;
    struct attempt_sheet sheet = {.attempt = drawn.attempt, .number = drawn.number, .writer = drawn.writer,
                                  .started_at = drawn.started_at, .deadline = drawn.deadline,
                                  .server_time = clock_now()};
    sheet.questions.at = arena_take(visit->arena, (drawn.questions.count + 1) * sizeof *sheet.questions.at);
    sheet.questions.count = drawn.questions.count;
    sheet.saved.at = drawn.saved.at;
    sheet.saved.count = drawn.saved.count;
    struct buffer token = buffer_new(TOKEN_BYTES);
    pthread_rwlock_rdlock(&papers->lock);
    const struct sitting_exam *exam = find(papers, drawn.exam);
    bool good = exam && sheet.questions.at;
    for (size_t i = 0; good && i < drawn.questions.count; i++)
        good = show_question(exam, &drawn.questions.at[i], visit->arena, &sheet.questions.at[i]);
    if (good) {
        add_token(visit, &drawn, exam->state.grace_seconds, &token);
        sheet.has_token = true;
        sheet.token = buffer_slice(&token);
        encode(buffer, attempt_sheet_shape(), &sheet);
    }
    pthread_rwlock_unlock(&papers->lock);
    buffer_free(&token);
    return good;
}

/* Newest first. */
static int later(const void *left, const void *right)
{
    const struct exam_row *a = left, *b = right;
    if (a->opens_at != b->opens_at)
        return a->opens_at < b->opens_at ? 1 : -1;
    return id_compare(a->exam, b->exam);
}

/* Whoever may sit it, and whoever has a role over its organisation. */
static bool concerns(struct tree *tree, const struct caller *caller, const struct sitting_exam *exam)
{
    for (size_t i = 0; i < exam->top_count; i++)
        if (tree_within(tree, caller->organisation, exam->tops[i]))
            return true;
    for (size_t i = 0; i < caller->count; i++)
        if ((caller->permissions[i].role & DECLARED(exam_show)->roles) &&
            (caller->permissions[i].organisation == TREE_NONE ||
             tree_within(tree, exam->organisation, caller->permissions[i].organisation)))
            return true;
    return false;
}

/* The examinations that concern the caller, in the arena, their titles too; NULL: no room. */
static struct exam_row *rows_of(struct visit *visit, size_t *ret_count)
{
    struct papers *papers = visit->front->papers;
    size_t count = 0;
    pthread_rwlock_rdlock(&papers->lock);
    uint32_t most = numbers_count(papers->numbers);
    struct exam_row *rows = arena_take(visit->arena, (most + 1) * sizeof *rows);
    for (uint32_t i = 0; rows && i < most; i++) {
        const struct exam *state = &papers->exams[i].state;
        if (!papers->exams[i].known || !concerns(papers->tree, &visit->caller, &papers->exams[i]))
            continue;
        char *title = arena_copy(visit->arena, state->title);
        if (title)
            rows[count++] = (struct exam_row){.exam = state->exam, .title = slice_of(title),
                                              .opens_at = state->opens_at, .closes_at = state->closes_at,
                                              .minutes = state->minutes, .attempts = state->attempts,
                                              .drawn = state->drawn, .full_mark = state->full_mark};
    }
    pthread_rwlock_unlock(&papers->lock);
    *ret_count = count;
    return rows;
}

static void answer_exam_list(struct visit *visit)
{
    const struct exam_list *asked = visit->message;
    size_t count, from = asked->has_offset ? (size_t)asked->offset : 0;
    size_t limit = asked->has_limit ? (size_t)asked->limit : QUERY_LIMIT;
    struct exam_row *rows = rows_of(visit, &count);
    if (!rows) {
        visit_refuse_as(visit, PROBLEM_busy, "The list needs too much memory", "列表占用内存过多");
        return;
    }
    qsort(rows, count, sizeof *rows, later);
    size_t start = from < count ? from : count, page = count - start < limit ? count - start : limit;
    query_answer_rows(visit, rows + start, page, count);
}

void papers_offer(struct front *front)
{
    front->resolve[REFERS_exam] = resolve_exam;
    front->resolve[REFERS_question] = resolve_question;
    front_offer_show(front, attempt_drawn_shape(), attempt_sheet_shape(), show_start);
    front_offer_answer(front, DECLARED(exam_list), answer_exam_list);
}
