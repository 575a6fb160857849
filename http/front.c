/* The front: its parts made, joined and taken down.  SPDX-License-Identifier: Apache-2.0 */
#include "http/front.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/account.h"
#include "http/account_client.h"
#include "http/account_ended.h"
#include "http/ask.h"
#include "http/awaited.h"
#include "http/beat.h"
#include "http/board.h"
#include "http/export.h"
#include "http/hall.h"
#include "http/leaderboard.h"
#include "http/files.h"
#include "http/limit.h"
#include "http/manage.h"
#include "http/mending.h"
#include "http/outcome.h"
#include "http/owner.h"
#include "http/paper.h"
#include "http/password.h"
#include "http/person.h"
#include "http/router.h"
#include "http/serve.h"
#include "http/server.h"
#include "http/session.h"
#include "http/stream.h"
#include "http/token.h"
#include "http/upload.h"
#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/blob.h"
#include "topics/messages.h"
#include "topics/seal.h"
#include "topics/view.h"
#include "topics/writer.h"

enum { ORGANISATIONS_MOST = 1 << 20, COLUMNS = 250, PERIODS = 128, EXAMS_MOST = 100000, CLIENTS_MOST = 10000 };

void front_offer_answer(struct front *front, const struct declaration *declaration, front_answer *answer)
{
    assert(front->answer_count < ANSWERS_MOST);
    front->answers[front->answer_count].declaration = declaration;
    front->answers[front->answer_count++].answer = answer;
}

void front_offer_show(struct front *front, const struct shape *result, const struct shape *shown, front_show *show)
{
    assert(front->show_count < SHOWS_MOST);
    front->shows[front->show_count].result = result;
    front->shows[front->show_count].shown = shown;
    front->shows[front->show_count++].show = show;
}

front_answer *front_answer_of(const struct front *front, const struct declaration *declaration)
{
    for (size_t i = 0; i < front->answer_count; i++)
        if (front->answers[i].declaration == declaration)
            return front->answers[i].answer;
    return NULL;
}

front_show *front_show_of(const struct front *front, const struct declaration *declaration)
{
    if (!declaration->shown)
        return NULL;
    for (size_t i = 0; i < front->show_count; i++)
        if (front->shows[i].result == declaration->result() && front->shows[i].shown == declaration->shown())
            return front->shows[i].show;
    return NULL;
}

static void make_views(struct front *front)
{
    struct board_settings settings = {.members = (uint32_t)config->view_records, .organisations = ORGANISATIONS_MOST,
                                      .columns = COLUMNS, .periods = PERIODS};
    front->board = board_new(&settings);
    front->tree = tree_new(front->board, ORGANISATIONS_MOST);
    front->accounts = accounts_new(front->tree, front->board, front->seal, (uint32_t)config->view_records);
    front->ended = ended_new((uint32_t)config->ended_sessions);
    front->clients = clients_new(CLIENTS_MOST);
    front->owners = owners_new(front->tree, (uint32_t)config->view_records);
    front->papers = papers_new(front->tree, EXAMS_MOST, (size_t)config->view_bytes);
    front->outcomes = outcomes_new(config->outcome_hours, (size_t)config->outcome_bytes);
    outcomes_follow(front->outcomes, front->accounts);
    front->awaited = awaited_new(front->outcomes, (size_t)config->awaited_commands,
                                 config->outcome_hours);
    front->switches = switches_new(front->board);
    accounts_offer(front);
    owners_offer(front);
    papers_offer(front);
    switches_offer(front);
    outcomes_offer(front);
    sessions_offer(front);
    exports_offer(front);
    mending_offer(front);
    people_offer(front);
}

/* In the views' thread, after a run of records. */
static void rested(void *opaque)
{
    struct front *front = opaque;
    bool changed = tree_rested(front->tree);
    accounts_rested(front->accounts, changed);
    if (switches_rested(front->switches))
        for (unsigned i = 0; i < front->hall_count; i++)
            streams_moved(front->halls[i]->streams);
    outcomes_rested(front->outcomes);
}

/* Organisations and what they own share a topic, so that an owner is known first. */
static void apply_tree(void *opaque, const struct record *record)
{
    struct front *front = opaque;
    if (record_is(record, DECLARED(owned)))
        owners_apply(front->owners, record);
    else
        tree_apply(front->tree, record);
}

static bool follow_topics(struct front *front, struct problem *problem)
{
    const struct view_topic topics[] = {
        {catalogue_topics[TOPIC_tree].name, 0, apply_tree, front},
        {catalogue_topics[TOPIC_account].name, 0, accounts_apply, front->accounts},
        {catalogue_topics[TOPIC_client].name, 0, clients_apply, front->clients},
        {catalogue_topics[TOPIC_session].name, 0, ended_apply, front->ended},
        {catalogue_topics[TOPIC_paper].name, 0, papers_apply, front->papers},
        {catalogue_topics[TOPIC_setting].name, 0, switches_apply, front->switches},
        {catalogue_topics[TOPIC_board].name, 0, switches_apply_points, front->switches},
        {catalogue_topics[TOPIC_outcome].name, config->outcome_hours, outcomes_apply, front->outcomes},
    };
    return view_new("front", topics, sizeof topics / sizeof *topics, rested, front, &front->view, problem);
}

/* The topics that commands go to. */
static bool open_writer(struct front *front, struct problem *problem)
{
    size_t count = 0;
    front->topics = memory_new_many(catalogue_topic_count, sizeof *front->topics);
    for (size_t i = 0; i < catalogue_topic_count; i++)
        for (size_t d = 0; d < catalogue_declaration_count; d++)
            if (catalogue_declarations[d].kind == A_COMMAND && catalogue_declarations[d].topic == &catalogue_topics[i]) {
                front->topics[count++] = catalogue_topics[i].name;
                break;
            }
    return writer_new("front", front->topics, count, &front->writer, problem);
}

static void loop_ends(struct loop *loop, void *context)
{
    struct front *front = context;
    hall_end(front->halls[loop_index(loop)]);
}

static bool open_port(struct front *front, struct problem *problem)
{
    char fault[256];
    struct server_settings settings = server_defaults();
    struct server_handlers handlers = {.context = front, .on_loop_end = loop_ends, .body_ceiling = serve_body_ceiling,
                                       .body_sink = upload_begin, .on_request = serve_request};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    settings.address = config->http_address;
    settings.port = (uint16_t)config->http_port;
    settings.loops = config->loops ? (unsigned)config->loops : cores > 0 ? (unsigned)cores : 1;
    settings.certificate = config->tls_certificate[0] ? config->tls_certificate : NULL;
    settings.certificate_key = config->tls_key[0] ? config->tls_key : NULL;
    settings.limits.head = (size_t)config->head_bytes;
    settings.limits.body = (size_t)config->body_bytes;
    settings.limits.headers = (size_t)config->head_lines;
    settings.limits.target = (size_t)config->target_bytes;
    settings.limits.trailer = (size_t)config->trailer_bytes;
    settings.connections = (unsigned)config->connections;
    settings.address_connections = (unsigned)config->address_connections;
    settings.connection_requests = (unsigned)config->connection_requests;
    settings.head_ms = config->head_ms;
    settings.body_ms = config->body_ms;
    settings.idle_ms = config->idle_ms;
    settings.write_ms = config->write_ms;
    settings.rate = (size_t)config->client_rate;
    settings.large = (size_t)config->large_bytes;
    settings.arena = (size_t)config->request_arena_bytes;
    settings.stream_pending = (size_t)config->stream_pending_bytes;
    front->server = server_new(&settings, &handlers, fault);
    if (front->server)
        return true;
    return problem_say(problem, PROBLEM_internal, "%s", "%s", fault);
}

static void make_halls(struct front *front)
{
    front->hall_count = server_loops(front->server);
    front->halls = memory_new_many(front->hall_count, sizeof *front->halls);
    for (unsigned i = 0; i < front->hall_count; i++) {
        front->halls[i] = hall_new(front, server_loop(front->server, i));
        asks_listen(front->halls[i]->asks);
    }
    beat_begin(front->halls[0]);
}

static bool make(struct front *front, struct problem *problem)
{
    if (!token_keys_new(config->token_key, &front->token_keys, problem) ||
        !seal_new(config->seal_key, &front->seal, problem) || !id_key_new(config->id_key, &front->id_key, problem) ||
        !blobs_new(config->blob_folder, front->seal, &front->blobs, problem) ||
        !files_new(config->web_folder, &front->files, problem) || !open_writer(front, problem))
        return false;
    if (!factors_read(front, problem))
        return false;
    make_views(front);
    front->limit = limit_new();
    front->router = router_new(front);
    manage_offer(front);
    files_offer(front);
    front->passwords = passwords_new((unsigned)config->password_threads, (size_t)config->password_waiting,
                                     config->front_database);
    if (!identities_open(front, problem))
        return false;
    front->clouds = passwords_new((unsigned)config->cloud_threads, (size_t)config->cloud_waiting, config->front_database);
    if (!open_port(front, problem))
        return false;
    make_halls(front);
    return follow_topics(front, problem);
}

bool front_new(struct front **ret_front, struct problem *problem)
{
    struct front *front = memory_new(sizeof *front);
    if (!make(front, problem)) {
        front_free(front);
        return false;
    }
    *ret_front = front;
    return true;
}

void front_run(struct front *front)
{
    struct pollfd end = {.fd = life_fd(), .events = POLLIN};
    server_start(front->server);
    LOG(listening, log_text("address", config->http_address), log_number("port", server_port(front->server)));
    while (!life_ending())
        (void)poll(&end, 1, -1);
    LOG(ending);
    server_stop(front->server, config->shutdown_ms);
    view_free(front->view);
    front->view = NULL;
    passwords_free(front->passwords);
    front->passwords = NULL;
    passwords_free(front->clouds);
    front->clouds = NULL;
    writer_close(front->writer, config->shutdown_ms);
}

void front_free(struct front *front)
{
    if (!front)
        return;
    for (unsigned i = 0; i < front->hall_count; i++)
        hall_free(front->halls[i]);
    free(front->halls);
    if (front->view)
        view_free(front->view);
    passwords_free(front->passwords);
    passwords_free(front->clouds);
    identities_close(front);
    if (front->server)
        server_free(front->server);
    if (front->writer)
        writer_free(front->writer);
    free(front->topics);
    blobs_free(front->blobs);
    files_free(front->files);
    router_free(front->router);
    limit_free(front->limit);
    switches_free(front->switches);
    awaited_free(front->awaited);
    outcomes_free(front->outcomes);
    papers_free(front->papers);
    owners_free(front->owners);
    ended_free(front->ended);
    clients_free(front->clients);
    accounts_free(front->accounts);
    tree_free(front->tree);
    if (front->board)
        board_free(front->board);
    if (front->id_key)
        id_key_free(front->id_key);
    if (front->seal)
        seal_free(front->seal);
    token_keys_free(front->token_keys);
    free(front);
}
