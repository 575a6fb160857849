/* A hall: what one loop has for itself of the front's parts, so that nothing is shared while a request is served.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/loop.h"
#include "process/metrics.h"
#include "topics/writer.h"

struct asks;
struct event;
struct flights;
struct front;
struct pool;
struct pool_watched;
struct streams;
struct token_cache;

struct hall {
    struct front *front;
    struct loop *loop;
    struct writer_port *port;      /* the loop's place at the writer, */
    struct event *port_event;      /* readable when reports came */
    struct token_cache *tokens;
    struct flights *flights;       /* commands on their way to Kafka */
    struct asks *asks;             /* those that wait for an outcome */
    struct streams *streams;
    struct pool *pool;             /* PostgreSQL */
    struct pool_watched *watched;  /* its descriptors */
    struct loop_timer pool_timer;
    struct loop_timer beat_timer;  /* of the first loop's hall (beat.h) */
    struct buffer headers, body;   /* scratch of one answer */
    struct series *answered[600];  /* http_requests by status */
    struct series **accepted;      /* commands_accepted by declaration */
};

/* The hall of a loop: made in the loop's thread before its first request, taken down after its last. */
struct hall *hall_new(struct front *front, struct loop *loop) __attribute__((returns_nonnull));
void hall_end(struct hall *hall);

/* Frees what hall_end() left; the writer may be gone by then. */
void hall_free(struct hall *hall);

/* The series of a status, and of a declared command (its index in the catalogue). */
struct series *hall_answered(struct hall *hall, int status);
struct series *hall_accepted(struct hall *hall, size_t declaration);
