/* Publishing an examination: its pool is numbered, its options are numbered anew, its keys get their first version.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/exam.h"
#include "consumers/handler.h"
#include "process/config.h"
#include "sql/copy.h"
#include "topics/decode.h"
#include "topics/encode.h"

enum verdict exam_publish_decide(struct work *work, const struct exam_publish *command);

enum { POOL_MOST = 2000, PIECES_MOST = 50 };

/* What is copied for one publication. */
struct publication {
    struct work *work;
    struct id exam;
    struct copy *questions, *keys;
    int number;
    int64_t drawn, full_mark;
};

/* The next number of a stream that is the same for the same seed: splitmix64. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Shuffles texts by the examination and the number, so that a text's number says nothing of the key;
 * place[old - 1] = new. */
static void shuffle(const struct publication *publication, struct slice *texts, size_t count, int64_t *place)
{
    uint64_t state;
    size_t was[PIECES_MOST];
    memcpy(&state, publication->exam.bytes, sizeof state);
    state += (uint64_t)publication->number;
    for (size_t i = 0; i < count; i++)
        was[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(next_random(&state) % i);
        struct slice text = texts[i - 1];
        size_t from = was[i - 1];
        texts[i - 1] = texts[j];
        was[i - 1] = was[j];
        texts[j] = text;
        was[j] = from;
    }
    for (size_t i = 0; i < count; i++)
        place[was[i]] = (int64_t)i + 1;
}

/* Orders and pairs are listed as they are right: their entries are numbered anew, in question and key alike. */
static void number_anew(const struct publication *publication, int kind, struct text_list *options,
                        struct text_list *rights, struct answer_key *key)
{
    int64_t place[PIECES_MOST];
    struct text_list *moved = kind == QUESTION_ORDER ? options : kind == QUESTION_PAIRS ? rights : NULL;
    if (!moved)
        return;
    shuffle(publication, moved->texts.at, moved->texts.count, place);
    for (size_t i = 0; i < key->order.count; i++)
        key->order.at[i] = place[key->order.at[i] - 1];
}

static void add_texts(struct buffer *row, const struct text_list *list)
{
    struct buffer json = buffer_new((size_t)config->message_bytes);
    encode_texts(&json, list->texts.at, list->texts.count);
    value_jsonb(row, buffer_slice(&json));
    buffer_free(&json);
}

static void copy_key(struct publication *publication, const struct answer_key *key)
{
    struct buffer json = buffer_new((size_t)config->message_bytes);
    struct buffer *row = copy_row(publication->keys);
    encode(&json, answer_key_shape(), key);
    value_id(row, publication->exam.bytes);
    value_int2(row, (int16_t)publication->number);
    value_int4(row, 1);
    value_text(row, buffer_slice(&json));
    value_id(row, publication->work->envelope->id.bytes);
    value_text(row, SLICE("publication"));
    buffer_free(&json);
}

/* Lists of texts as the front is to have them. */
static void say_question(struct publication *publication, const struct rows *rows, size_t i, int64_t marks,
                         const struct text_list *options, const struct text_list *rights, const struct answer_key *key)
{
    struct paper_option list[2][PIECES_MOST];
    for (size_t n = 0; n < options->texts.count; n++)
        list[0][n].text = options->texts.at[n];
    for (size_t n = 0; n < rights->texts.count; n++)
        list[1][n].text = rights->texts.at[n];
    struct exam_question state = {
        .exam = publication->exam,
        .question = publication->number,
        .version = 1,
        .kind = (int)row_number(rows, i, 2),
        .stem = row_text(rows, i, 4),
        .marks = marks,
        .blanks = (int64_t)key->blanks.count,
        .options = {list[0], options->texts.count},
        .rights = {list[1], rights->texts.count},
    };
    work_say(publication->work, DECLARED(exam_question), &state);
}

static bool take_question(struct publication *publication, const struct rows *rows, size_t i, int section,
                          const struct section *of)
{
    struct arena *arena = publication->work->arena;
    struct problem *problem = &publication->work->problem;
    struct text_list options, rights;
    struct answer_key key;
    int kind = (int)row_number(rows, i, 2);
    if (!decode_record(text_list_shape(), row_text(rows, i, 5), DECODE_LENIENT, arena, &options, problem) ||
        !decode_record(text_list_shape(), row_text(rows, i, 6), DECODE_LENIENT, arena, &rights, problem) ||
        !decode_record(answer_key_shape(), row_text(rows, i, 7), DECODE_LENIENT, arena, &key, problem))
        return false;
    publication->number++;
    number_anew(publication, kind, &options, &rights, &key);
    struct buffer *row = copy_row(publication->questions);
    value_id(row, publication->exam.bytes);
    value_int2(row, (int16_t)publication->number);
    value_int2(row, (int16_t)section);
    value_id(row, of->bank.bytes);
    value_int4(row, (int32_t)row_number(rows, i, 0));
    value_int4(row, (int32_t)row_number(rows, i, 1));
    value_int2(row, (int16_t)kind);
    value_text(row, row_text(rows, i, 3));
    value_text(row, row_text(rows, i, 4));
    add_texts(row, &options);
    add_texts(row, &rights);
    value_int4(row, (int32_t)of->marks);
    value_text(row, row_text(rows, i, 8));
    value_text(row, row_text(rows, i, 9));
    copy_key(publication, &key);
    say_question(publication, rows, i, of->marks, &options, &rights, &key);
    return true;
}

/* The section's questions into the pool; false where PostgreSQL failed or the section cannot be filled. */
static bool take_section(struct publication *publication, int section, const struct section *of)
{
    auto_arguments arguments = arguments_new(8192);
    auto_rows *rows = NULL;
    struct work *work = publication->work;
    value_id(argument(&arguments), of->bank.bytes);
    value_int2(argument(&arguments), (int16_t)of->kind);
    value_text(argument(&arguments), of->has_topic ? of->topic : (struct slice){NULL, 0});
    struct buffer *picked = argument_array(&arguments, SQL_INT8, of->has_numbers ? of->numbers.count : 0);
    for (size_t i = 0; of->has_numbers && i < of->numbers.count; i++)
        value_int8(picked, of->numbers.at[i]);
    if (!sql_run(work->connection, "section_questions", &arguments, &rows))
        return false;
    if (rows_count(rows) < (size_t)of->draw || publication->number + rows_count(rows) > POOL_MOST)
        return problem_say(&work->problem, PROBLEM_conflict, "Section %d asks for %lld of %zu questions",
                           "第 %d 部分要抽 %lld 题，题库中有 %zu 题", section + 1, (long long)of->draw, rows_count(rows));
    publication->drawn += of->draw;
    publication->full_mark += of->draw * of->marks;
    for (size_t i = 0; i < rows_count(rows); i++)
        if (!take_question(publication, rows, i, section, of))
            return false;
    return true;
}

/* The draft's sections, its row locked; false and a problem where there is none, it is published, or SQL failed. */
static bool draft(struct work *work, struct id exam, struct section_list *ret_sections)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), exam.bytes);
    if (!sql_run(work->connection, "exam_draft", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return problem_say(&work->problem, PROBLEM_not_found, "There is no such examination", "没有这场考试");
    if (row_bool(rows, 0, 0))
        return problem_say(&work->problem, PROBLEM_exists, "It is published already", "考试已经发布");
    struct slice json = row_text(rows, 0, 1);
    struct slice copy = {arena_copy(work->arena, json), json.length};
    return copy.at && decode_record(section_list_shape(), copy, DECODE_LENIENT, work->arena, ret_sections, &work->problem);
}

/* A section draws only from banks of the examination's organisation, of one above or of one below it, so that nobody
 * reads another committee's questions by drawing them. False where one does not, or SQL failed. */
static bool may_draw(struct work *work, struct id exam)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), exam.bytes);
    if (!sql_run(work->connection, "exam_banks_beyond", &arguments, &rows))
        return false;
    return rows_count(rows) == 0 ||
           problem_say(&work->problem, PROBLEM_unknown_reference,
                       "Section %lld draws from a bank that is not there for the examination's organisation",
                       "第 %lld 部分所用题库不存在，或不属于本组织及其上下级", (long long)row_number(rows, 0, 0));
}

/* What was picked by hand must still be there: since the draft was set a question may have been retired. */
static bool picks_stand(struct work *work, const struct section_list *list)
{
    int64_t section, place;
    if (!exam_picks(work, list->sections.at, list->sections.count, &section, &place))
        return false;
    return section < 0 ||
           problem_say(&work->problem, PROBLEM_conflict,
                       "Question %lld, picked in section %lld, is not in the bank in that kind and topic, or is retired",
                       "题号 %lld（第 %lld 部分手选）不在题库中、题型或主题不符，或已停用",
                       (long long)list->sections.at[section].numbers.at[place], (long long)section + 1);
}

static bool publish(struct publication *publication)
{
    struct work *work = publication->work;
    struct section_list list;
    auto_arguments arguments = arguments_new(128);
    if (!draft(work, publication->exam, &list) || !may_draw(work, publication->exam) || !picks_stand(work, &list))
        return false;
    for (size_t i = 0; i < list.sections.count; i++)
        if (!take_section(publication, (int)i, &list.sections.at[i]))
            return false;
    value_id(argument(&arguments), publication->exam.bytes);
    value_int4(argument(&arguments), publication->number);
    value_int4(argument(&arguments), (int32_t)publication->drawn);
    value_int4(argument(&arguments), (int32_t)publication->full_mark);
    return copy_send(publication->questions, work->connection) && copy_send(publication->keys, work->connection) &&
           sql_run(work->connection, "exam_publish", &arguments, NULL) && exam_say(work, publication->exam);
}

enum verdict exam_publish_decide(struct work *work, const struct exam_publish *command)
{
    size_t ceiling = (size_t)config->batch_arena_bytes;
    struct publication publication = {
        .work = work,
        .exam = command->exam,
        .questions = copy_new("paper_question",
                              "exam, number, section, bank, bank_number, bank_version, kind, topic, stem, options, rights, "
                              "marks, explanation, source", 14, ceiling),
        .keys = copy_new("paper_key", "exam, number, version, key, command, reason", 6, ceiling),
    };
    bool done = publish(&publication);
    copy_free(publication.questions);
    copy_free(publication.keys);
    if (work->problem.code != PROBLEM_none)
        return REJECTED;
    if (!done)
        return FAILED;
    struct exam_published result = {publication.number, publication.drawn, publication.full_mark};
    work_return(work, &result);
    return APPLIED;
}
