/* The front: what its parts share, from the views' registers to the keys.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"
#include "topics/catalogue.h"
#include "topics/id.h"

struct accounts;
struct awaited;
struct blobs;
struct board;
struct exchange;
struct ended;
struct files;
struct front;
struct clients;
struct cloud_apps;
struct hall;
struct limit;
struct outcomes;
struct owners;
struct papers;
struct passwords;
struct router;
struct seal;
struct server;
struct switches;
struct token_keys;
struct tree;
struct view;
struct visit;
struct writer;

/* What a view says of a reference. */
enum resolved { RESOLVED, RESOLVED_UNKNOWN, RESOLVED_FOREIGN };

/* A reference of one message: what it names, and what was resolved before it in the same message. */
struct reference_asked {
    const void *value;          /* struct id, or int64_t for a number */
    struct id actor;
    struct id exam;             /* the last examination named, and its number of questions */
    int64_t questions;
    uint32_t organisation;      /* set by the resolver: whose it is; TREE_NONE: nobody's in the tree */
    bool narrowed;              /* the message names a part, over which alone reach is asked */
    uint32_t whole;             /* then: whose the thing is that was named before */
};

/* Registers that the views fill at the start: a row for each reference, view query, call and shown result. */
typedef enum resolved front_resolve(struct front *front, struct reference_asked *asked);
typedef void front_answer(struct visit *visit);
typedef bool front_show(struct front *front, struct slice result, struct visit *visit, struct buffer *shown);
enum { REFERENCES = REFERS_command + 1, ANSWERS_MOST = 128, SHOWS_MOST = 16 };

struct front {
    struct token_keys *token_keys;
    struct seal *seal;
    struct id_key *id_key;
    struct blobs *blobs;
    struct files *files; /* the web clients' */
    _Atomic int64_t uploads; /* files on their way there */
    _Atomic int64_t exports; /* workbooks being made */
    struct writer *writer;
    const char **topics; /* the writer's, which commands go to */
    struct view *view;
    struct server *server;
    struct router *router;
    struct board *board;
    struct tree *tree;
    struct accounts *accounts;
    struct ended *ended; /* sessions */
    struct clients *clients; /* programs of others */
    struct owners *owners;
    struct papers *papers;
    struct outcomes *outcomes;
    struct awaited *awaited;
    struct switches *switches;
    struct passwords *passwords;
    struct passwords *clouds;      /* threads that ask outside services */
    struct cloud_apps *cloud_apps;
    struct limit *limit;
    uint64_t factor_roles; /* whose holders must have a second factor */
    struct hall **halls; /* one a loop */
    unsigned hall_count;
    front_resolve *resolve[REFERENCES];
    size_t answer_count, show_count;
    struct {
        const struct declaration *declaration;
        front_answer *answer;
    } answers[ANSWERS_MOST];
    struct {
        const struct shape *result, *shown;
        front_show *show;
    } shows[SHOWS_MOST];
};

/* Called by the views' files. */
void front_offer_answer(struct front *front, const struct declaration *declaration, front_answer *answer);
void front_offer_show(struct front *front, const struct shape *result, const struct shape *shown, front_show *show);

/* The registered function, NULL if there is none. */
front_answer *front_answer_of(const struct front *front, const struct declaration *declaration);
front_show *front_show_of(const struct front *front, const struct declaration *declaration);

/* Makes all parts from `config` and opens the port. False: the problem says what is missing. */
MUST bool front_new(struct front **ret_front, struct problem *problem);

/* Serves until the end is asked for, then ends what is under way. */
void front_run(struct front *front);
void front_free(struct front *front);
