/* Photographs of people at the front.  SPDX-License-Identifier: Apache-2.0 */
#include "http/person_photograph.h"

#include "http/hall.h"
#include "http/permit.h"
#include "http/query.h"
#include "http/reach.h"
#include "process/config.h"
#include "sql/pool.h"
#include "topics/messages.h"
#include "topics/person_field.h"
#include "topics/picture.h"
#include "topics/seal.h"

enum { ARGUMENTS_BYTES = 4096 };

/* Whose photograph was asked for. */
static struct id person_of(const struct visit *visit)
{
    bool mine = visit->declaration == DECLARED(my_photograph);
    return mine ? visit->caller.account : ((const struct person_photograph *)visit->message)->person;
}

static void show(struct visit *visit, struct slice sealed)
{
    struct buffer plain = buffer_new((size_t)config->picture_bytes);
    if (seal_show(visit->front->seal, person_of(visit), PERSON_PHOTOGRAPH, sealed, &plain, &visit->problem))
        visit_answer_picture(visit, picture_media(picture_kind_of(buffer_slice(&plain))), buffer_slice(&plain));
    else
        visit_refuse_as(visit, PROBLEM_internal, "The photograph cannot be opened", "照片无法打开");
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
}

static void came(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    struct visit *visit = context;
    if (failure)
        visit_refuse_as(visit, PROBLEM_database_away, "The query could not be answered now", "暂时无法完成查询");
    else if (rows_count(rows) == 0)
        visit_refuse_as(visit, PROBLEM_not_found, PERMIT_NOTHING_HERE);
    else
        show(visit, row_text(rows, 0, 0));
}

static void ask(struct visit *visit, bool has_fact, struct id fact)
{
    auto_arguments arguments = arguments_new(ARGUMENTS_BYTES);
    struct pool_reach reach = reach_rows(visit);
    value_id(argument(&arguments), visit->caller.account.bytes);
    value_time(argument(&arguments), visit->accepted_ms);
    value_id(argument(&arguments), person_of(visit).bytes);
    value_id(argument(&arguments), has_fact ? fact.bytes : NULL);
    query_add_sight(visit, &arguments);
    if (!pool_ask(visit->hall->pool, "person_photograph", &arguments, &reach, came, visit))
        visit_refuse_as(visit, PROBLEM_database_away, "The database cannot be asked now", "暂时无法查询数据库");
}

static void answer_person(struct visit *visit)
{
    const struct person_photograph *asked = visit->message;
    ask(visit, asked->has_fact, asked->fact);
}

static void answer_mine(struct visit *visit)
{
    const struct my_photograph *asked = visit->message;
    ask(visit, asked->has_fact, asked->fact);
}

void photographs_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(person_photograph), answer_person);
    front_offer_answer(front, DECLARED(my_photograph), answer_mine);
}
