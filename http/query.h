/* Queries: declared reads, from a view's own function or from an SQL statement of the query's name.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

struct arguments;

enum { QUERY_LIMIT = 50, QUERY_BYTES = 4 << 20 };

/* What a list's statement gives: its rows, how many there are; and where it has a cursor, that of the next page, or NULL,
 * and whether there are more than it counted. */
enum { QUERY_ROWS, QUERY_TOTAL, QUERY_NEXT, QUERY_MORE };

/* Whether the list's pages can be had one behind the other, by `after`. */
bool query_has_cursor(const struct declaration *declaration);

/* Answers the decoded and permitted query. */
void query_answer(struct visit *visit);

/* The arguments that the query's statement gets for actor, time and parameters, but for what a workbook lacks: its
 * page. The caller frees them. */
void query_arguments(struct visit *visit, struct arguments *ret_arguments);

/* Of a query that SEES: adds which fields of a person the caller's roles see plain, and which masked, as two arrays; of any
 * other nothing. Of his own the caller sees each as well as any role does. */
void query_add_sight(const struct visit *visit, struct arguments *arguments);

/* Asks the statement and answers with what it gives, in the query's form. */
void query_ask(struct visit *visit, const char *statement, const struct arguments *arguments);

/* For views: answers with {"rows":[…],"total":n}, the rows being structs of the query's record. */
void query_answer_rows(struct visit *visit, const void *rows, size_t count, size_t total);

/* For views: answers with one struct of the query's record. */
void query_answer_one(struct visit *visit, const void *record);
