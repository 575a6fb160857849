/* Commands: decoded, permitted, sealed, written to Kafka, answered.  SPDX-License-Identifier: Apache-2.0 */
#include "http/command.h"

#include <assert.h>
#include <stdlib.h>

#include "http/ask.h"
#include "http/awaited.h"
#include "http/hall.h"
#include "http/headers.h"
#include "http/outcome.h"
#include "http/password.h"
#include "http/password_rule.h"
#include "http/permit.h"
#include "http/sealing.h"
#include "http/upload.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "producers/submit.h"

enum { PRIVATES_MOST = 256, SECOND = 1000 };

/* A command on its way. It outlives its visit when Kafka's report comes after the answer. */
struct flight {
    struct writer_ticket ticket;
    struct ask ask;
    struct loop_timer timer;   /* the longest wait for Kafka */
    struct flight *spare;      /* the next one not in use */
    struct flight *made;       /* the one made before it */
    struct hall *hall;
    struct visit *visit;       /* NULL: answered already */
    struct id command;
    bool awaited;              /* a query counts it while it is undecided: */
    struct id object, actor;   /* what it names, and whose it is */
    size_t declaration;        /* its index in the catalogue */
    int64_t wait_ms;           /* for the outcome; 0: none */
    bool preferred;            /* the client asked for the wait */
};

struct flights {
    struct flight *spare, *made;
};

/* What leaves the loop to be sealed or put on disk; it may outlive the loop, so what it needs is copied into it. */
struct sealing {
    struct password_job job;
    struct flight *flight; /* for the loop only */
    const struct seal *seal;
    struct id command;
    struct slice subject;
    struct digest digest;
    struct sealing_copy plain; /* to be sealed, or */
    struct upload_file file;   /* to be kept */
    bool failed;
    struct buffer body;
};

struct flights *flights_new(void)
{
    return memory_new(sizeof(struct flights));
}

void flights_free(struct flights *flights)
{
    for (struct flight *flight = flights->made, *before; flight; flight = before) {
        before = flight->made;
        free(flight);
    }
    free(flights);
}

static struct flight *flight_begin(struct visit *visit, struct id command)
{
    struct flights *flights = visit->hall->flights;
    struct flight *flight = flights->spare;
    if (flight) {
        flights->spare = flight->spare;
    } else {
        flight = memory_new(sizeof *flight);
        flight->made = flights->made;
        flights->made = flight;
    }
    flight->hall = visit->hall;
    flight->visit = visit;
    flight->command = command;
    flight->declaration = (size_t)(visit->declaration - catalogue_declarations);
    return flight;
}

static void flight_end(struct flight *flight)
{
    flight->visit = NULL;
    flight->spare = flight->hall->flights->spare;
    flight->hall->flights->spare = flight;
}

/* {"command":"…","status":"…" without its end. */
static void add_status(struct buffer *buffer, struct id command, const char *status)
{
    buffer_add(buffer, "{\"command\":\"", 12);
    id_add(buffer, command);
    buffer_add(buffer, "\",\"status\":\"", 12);
    buffer_add_text(buffer, status);
    buffer_add_byte(buffer, '"');
}

static void answer_accepted(struct visit *visit, struct id command)
{
    struct hall *hall = visit->hall;
    char location[14 + ID_TEXT] = "/v1/commands/";
    id_text(command, location + 13);
    buffer_empty(&hall->body);
    response_header(&hall->headers, "Location", (struct slice){location, 13 + ID_TEXT - 1});
    add_status(&hall->body, command, "accepted");
    buffer_add_byte(&hall->body, '}');
    visit_answer(visit, 202, buffer_slice(&hall->body));
}

/* The worker's refusal, with the command's id put before its members. */
static void answer_rejected(struct visit *visit, struct id command, const struct known_outcome *outcome)
{
    struct hall *hall = visit->hall;
    struct slice problem = outcome->problem;
    buffer_add(&hall->body, "{\"command\":\"", 12);
    id_add(&hall->body, command);
    buffer_add_byte(&hall->body, '"');
    if (problem.length > 2) {
        buffer_add_byte(&hall->body, ',');
        buffer_add(&hall->body, problem.at + 1, problem.length - 1);
    } else {
        buffer_add_byte(&hall->body, '}');
    }
    struct response response = {.status = outcome->status, .content_type = RESPONSE_PROBLEM_TYPE,
                                .headers = buffer_slice(&hall->headers), .body = buffer_slice(&hall->body)};
    visit_count(visit, outcome->status);
    exchange_answer(visit->exchange, &response);
    buffer_empty(&hall->headers);
}

/* The result as it is shown; false where the view that shows it lacks something yet. */
static bool add_result(struct visit *visit, struct slice result, struct buffer *buffer)
{
    front_show *show = front_show_of(visit->front, visit->declaration);
    if (result.length == 0)
        return true;
    buffer_add_text(buffer, ",\"result\":");
    if (show)
        return show(visit->front, result, visit, buffer);
    buffer_add_slice(buffer, result);
    return true;
}

static void answer_outcome(struct visit *visit, struct id command, const struct known_outcome *outcome,
                           int64_t preferred_ms)
{
    struct hall *hall = visit->hall;
    buffer_empty(&hall->body);
    if (outcome->applied) {
        add_status(&hall->body, command, "applied");
        if (!add_result(visit, outcome->result, &hall->body)) {
            answer_accepted(visit, command);
            return;
        }
        buffer_add_byte(&hall->body, '}');
    }
    if (preferred_ms) {
        char applied[32] = "wait=";
        struct buffer text = buffer_new(sizeof applied);
        buffer_add_text(&text, applied);
        buffer_add_number(&text, preferred_ms / SECOND);
        response_header(&hall->headers, "Preference-Applied", buffer_slice(&text));
        buffer_free(&text);
    }
    if (outcome->applied)
        visit_answer(visit, 200, buffer_slice(&hall->body));
    else
        answer_rejected(visit, command, outcome);
}

static void heard(struct ask *ask, bool came)
{
    struct flight *flight = (struct flight *)((char *)ask - offsetof(struct flight, ask));
    struct visit *visit = flight->visit;
    struct known_outcome outcome;
    if (came && outcomes_find(visit->front->outcomes, flight->command, visit->arena, &outcome))
        answer_outcome(visit, flight->command, &outcome, flight->preferred ? flight->wait_ms : 0);
    else
        answer_accepted(visit, flight->command);
    flight_end(flight);
}

static void kept(const struct flight *flight)
{
    struct hall *hall = flight->hall;
    series_add(hall_accepted(hall, flight->declaration), 1);
    if (flight->awaited)
        awaited_add(hall->front->awaited, flight->declaration, flight->command, flight->object, flight->actor);
}

static void land(struct flight *flight)
{
    struct visit *visit = flight->visit;
    struct hall *hall = flight->hall;
    loop_timer_clear(hall->loop, &flight->timer);
    if (flight->ticket.verdict == WRITER_KEPT)
        kept(flight);
    if (!visit) {
        flight_end(flight);
        return;
    }
    if (flight->ticket.verdict == WRITER_KEPT) {
        metric_observe(METRIC_accept_latency, clock_monotonic_us() - visit->begun_us);
        LOG(accepted, log_id("command", flight->command.bytes), log_text("type", visit->declaration->name),
            log_trace(&visit->trace));
        if (flight->wait_ms) {
            ask_wait(hall->asks, &flight->ask, flight->command, flight->wait_ms, heard);
            return;
        }
        answer_accepted(visit, flight->command);
    } else if (flight->ticket.verdict == WRITER_NOT_KEPT) {
        visit_refuse_as(visit, PROBLEM_kafka_away, "Kafka did not take it; nothing was accepted", "消息日志未接收，请求未被接受");
    } else {
        visit_refuse_as(visit, PROBLEM_outcome_unknown, "Kafka's word is missing", "未收到消息日志的确认");
    }
    flight_end(flight);
}

void flights_landed(struct hall *hall)
{
    for (struct writer_ticket *ticket = writer_port_take(hall->port), *next; ticket; ticket = next) {
        next = ticket->next;
        land((struct flight *)((char *)ticket - offsetof(struct flight, ticket)));
    }
}

/* Kafka says nothing: the request is answered, the flight stays until its report. */
static void gave_up(struct loop *loop, struct loop_timer *timer)
{
    struct flight *flight = (struct flight *)((char *)timer - offsetof(struct flight, timer));
    struct visit *visit = flight->visit;
    (void)loop;
    flight->visit = NULL;
    visit_refuse_as(visit, PROBLEM_outcome_unknown, "Kafka has not answered in time", "消息日志未及时响应");
}

static void send(struct flight *flight, struct slice body, struct digest digest, struct slice subject)
{
    struct visit *visit = flight->visit;
    struct submission submission = {
        .declaration = visit->declaration,
        .message = visit->message,
        .command = flight->command,
        .actor = visit->caller.account,
        .accepted_ms = visit->accepted_ms,
        .subject = subject,
        .body = body,
        .digest = digest,
        .trace = visit->trace,
    };
    if (submit(flight->hall->port, &submission, &flight->ticket, &visit->problem)) {
        loop_timer_set(flight->hall->loop, &flight->timer, config->produce_wait_ms, gave_up);
        return;
    }
    visit_refuse(visit);
    flight_end(flight);
}

static void seal_body(struct password_job *job, struct passwords_session *session)
{
    struct sealing *sealing = (struct sealing *)job;
    (void)session;
    sealing_replace(sealing->seal, sealing->command, sealing->plain.body, &sealing->plain.privates, &sealing->body);
    sealing_forget(&sealing->plain);
}

static void keep_upload(struct password_job *job, struct passwords_session *session)
{
    struct sealing *sealing = (struct sealing *)job;
    (void)session;
    sealing->failed = !upload_keep(&sealing->file, &sealing->body);
}

static void body_sealed(struct loop *loop, void *argument)
{
    struct sealing *sealing = argument;
    struct flight *flight = sealing->flight;
    (void)loop;
    if (sealing->failed) {
        visit_refuse_as(flight->visit, PROBLEM_storage_away, "The file could not be kept; nothing was accepted",
                        "文件未能保存，请求未被接受");
        flight_end(flight);
    } else if (sealing->body.overflowed) {
        visit_refuse_as(flight->visit, PROBLEM_too_large, "The body is too large once sealed", "密封后的请求体过大");
        flight_end(flight);
    } else {
        send(flight, buffer_slice(&sealing->body), sealing->digest, sealing->subject);
    }
    buffer_free(&sealing->body);
    free(sealing);
}

/* The loop is over: nobody was told of an acceptance, and nothing is sent. */
static void sealing_lost(struct password_job *job)
{
    struct sealing *sealing = (struct sealing *)job;
    sealing_forget(&sealing->plain);
    upload_forget(&sealing->file);
    buffer_free(&sealing->body);
    free(sealing);
}

static void seal_and_send(struct flight *flight, struct upload *upload, struct digest digest, struct slice subject)
{
    struct visit *visit = flight->visit;
    struct sealing *sealing = memory_new(sizeof *sealing);
    *sealing = (struct sealing){
        .job = {.loop = flight->hall->loop, .work = upload ? keep_upload : seal_body, .done = body_sealed,
                .lost = sealing_lost},
        .flight = flight,
        .seal = visit->front->seal,
        .command = flight->command,
        .subject = subject,
        .digest = digest,
        .plain = upload ? (struct sealing_copy){0} : sealing_copy(visit->request->body, visit->privates),
        .file = upload ? upload_file(upload) : (struct upload_file){0},
        .body = buffer_new((size_t)config->message_bytes),
    };
    if (passwords_take(visit->front->passwords, &sealing->job))
        return;
    visit_refuse_as(visit, PROBLEM_busy, "Too much waits to be sealed or kept", "等待处理的任务过多");
    flight_end(flight);
    sealing_lost(&sealing->job);
}

bool command_media(struct visit *visit)
{
    const struct declaration *declaration = visit->declaration;
    struct slice type = request_header(visit->request, HEADER_CONTENT_TYPE);
    bool good = !request_header(visit->request, HEADER_CONTENT_ENCODING).at;
    if (declaration->uploads) {
        const char *const *media = declaration->uploads;
        while (*media && !headers_media_is(type, slice_of(*media)))
            media++;
        good = good && *media;
    } else {
        good = good && (headers_media_is(type, SLICE("application/json")) || (!type.at && !visit->request->body.length));
    }
    return good || problem_say(&visit->problem, PROBLEM_unsupported_media_type, "Not a media type that is taken here",
                               "此处不支持该媒体类型");
}

/* Whether the passwords among the private fields may be somebody's. */
static bool secrets_may(const struct decode_privates *privates, struct problem *problem)
{
    for (size_t i = 0; i < privates->count; i++)
        if (privates->at[i].field->level == SECRET && !password_may(privates->at[i].value, (struct slice){NULL, 0}, problem))
            return problem_under(problem, privates->at[i].field->name);
    return true;
}

static bool read_message(struct visit *visit, const struct route *route)
{
    struct decode_privates *privates = NULL;
    struct decode_source source = {.path = visit->request->path, .query = visit->request->query,
                                   .body = visit->request->body};
    visit->message = arena_take(visit->arena, visit->declaration->shape()->size);
    if (route->private && (privates = arena_take(visit->arena, sizeof *privates)) != NULL)
        *privates = (struct decode_privates){arena_take(visit->arena, PRIVATES_MOST * sizeof *privates->at), 0,
                                             PRIVATES_MOST};
    visit->privates = privates;
    if (!visit->message || (route->private && (!privates || !privates->at)))
        return problem_say(&visit->problem, PROBLEM_too_large, "The request needs too much memory", "请求占用内存过多");
    return decode(visit->declaration, &source, DECODE_STRICT, (int)config->json_depth, visit->arena,
                  privates, visit->message, &visit->problem) &&
           (!privates || secrets_may(privates, &visit->problem));
}

/* How long the outcome is waited for: what the client prefers, else what the row says. */
static int64_t wait_of(struct visit *visit, bool *ret_preferred)
{
    int64_t wait = headers_wait(request_header(visit->request, HEADER_PREFER));
    *ret_preferred = wait > 0;
    if (wait < 0)
        return visit->declaration->waits ? config->start_wait_s * SECOND : 0;
    return (wait < config->wait_ceiling_s ? wait : config->wait_ceiling_s) * SECOND;
}

/* A command whose outcome is known already, with the same key: the same answer again, or 422 for another body. */
static bool settled_before(struct visit *visit, struct id command, struct digest digest, int64_t wait_ms, bool preferred)
{
    struct known_outcome outcome;
    if (!outcomes_find(visit->front->outcomes, command, visit->arena, &outcome))
        return false;
    if (!digest_equal(outcome.digest, digest))
        visit_refuse_as(visit, PROBLEM_key_reused, "The key was used with another body", "该幂等键已用于其他内容");
    else if (wait_ms)
        answer_outcome(visit, command, &outcome, preferred ? wait_ms : 0);
    else
        answer_accepted(visit, command);
    return true;
}

static struct digest digest_body(struct visit *visit, bool private)
{
    struct digest digest;
    if (!private)
        return digest_of(visit->request->body);
    seal_index(visit->front->seal, "body", visit->request->body, digest.bytes); /* tells nothing of a secret in it */
    return digest;
}

static void go_on(struct visit *visit, const struct route *route)
{
    const struct request *request = visit->request;
    bool preferred;
    struct id command = id_command(visit->front->id_key, visit->caller.account, method_name(request->method),
                                   request->target, visit->key);
    int64_t wait_ms = wait_of(visit, &preferred);
    struct upload *upload = NULL;
    struct digest digest;
    if (!visit->declaration->uploads) {
        digest = digest_body(visit, route->private);
    } else if (!(upload = upload_of(visit, &digest))) {
        visit_refuse(visit);
        return;
    }
    if (visit->key.at && settled_before(visit, command, digest, wait_ms, preferred))
        return;
    struct flight *flight = flight_begin(visit, command);
    flight->wait_ms = wait_ms;
    flight->preferred = preferred;
    flight->awaited = route->awaited != NULL;
    if (route->awaited) {
        memcpy(&flight->object, (const char *)visit->message + route->awaited->offset, sizeof flight->object);
        flight->actor = visit->caller.account;
    }
    if (upload || (visit->privates && visit->privates->count))
        seal_and_send(flight, upload, digest, request->target);
    else
        send(flight, request->body, digest, request->target);
}

void command_take(struct visit *visit, const struct route *route)
{
    if (command_media(visit) &&
        headers_key(request_header(visit->request, HEADER_IDEMPOTENCY_KEY), &visit->key, &visit->problem) &&
        read_message(visit, route))
        permit_message(visit, route, go_on);
    else
        visit_refuse(visit);
}
