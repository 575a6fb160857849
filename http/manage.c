/* The house's own routes.  SPDX-License-Identifier: Apache-2.0 */
#include "http/manage.h"

#include "http/hall.h"
#include "http/router.h"
#include "http/server.h"
#include "http/visit.h"
#include "process/life.h"
#include "process/metrics.h"
#include "sql/pool.h"
#include "topics/asyncapi.h"
#include "topics/openapi.h"
#include "topics/view.h"
#include "topics/writer.h"

enum { DOCUMENT_BYTES = 8 << 20 };

static void answer_text(struct visit *visit, int status, struct slice type, struct slice text)
{
    struct response response = {.status = status, .content_type = type, .body = text};
    visit_count(visit, status);
    exchange_answer(visit->exchange, &response);
}

static void answer_health(struct visit *visit)
{
    answer_text(visit, 200, SLICE("application/health+json"), SLICE("{\"status\":\"pass\"}"));
}

static void add_check(struct buffer *body, const char *name, const char *status)
{
    buffer_add_format(body, ",\"%s\":[{\"status\":\"%s\"}]", name, status);
}

/* Ready: the views have taken in their topics and Kafka can be reached. PostgreSQL away is a warning, since hand-ins are
 * taken without it. */
static void answer_ready(struct visit *visit)
{
    struct front *front = visit->front;
    struct buffer body = buffer_new(DOCUMENT_BYTES), why = buffer_new(DOCUMENT_BYTES);
    bool views = view_caught_up(front->view), kafka = writer_reachable(front->writer);
    bool database = pool_connected(visit->hall->pool), ready = life_ready(&why) && views && kafka;
    buffer_add_format(&body, "{\"status\":\"%s\",\"checks\":{\"parts\":[{\"status\":\"%s\"}]",
                      ready ? database ? "pass" : "warn" : "fail", life_ready(NULL) ? "pass" : "fail");
    add_check(&body, "views", views ? "pass" : "fail");
    add_check(&body, "kafka", kafka ? "pass" : "fail");
    add_check(&body, "postgresql", database ? "pass" : "warn");
    buffer_add_text(&body, "}}");
    answer_text(visit, ready ? 200 : 503, SLICE("application/health+json"), buffer_slice(&body));
    buffer_free(&body);
    buffer_free(&why);
}

static void answer_metrics(struct visit *visit)
{
    struct buffer body = buffer_new(DOCUMENT_BYTES);
    struct server_counts counts;
    server_count(visit->front->server, &counts);
    metric_set(METRIC_connections, (int64_t)counts.open);
    metrics_print(&body);
    answer_text(visit, 200, SLICE("text/plain; version=0.0.4; charset=utf-8"), buffer_slice(&body));
    buffer_free(&body);
}

static void answer_document(struct visit *visit, void (*print)(struct buffer *buffer))
{
    struct buffer body = buffer_new(DOCUMENT_BYTES);
    print(&body);
    answer_text(visit, 200, SLICE("application/json"), buffer_slice(&body));
    buffer_free(&body);
}

static void answer_openapi(struct visit *visit)
{
    answer_document(visit, openapi_print);
}

static void answer_asyncapi(struct visit *visit)
{
    answer_document(visit, asyncapi_print);
}

void manage_offer(struct front *front)
{
    router_add(front->router, "/healthz", answer_health);
    router_add(front->router, "/readyz", answer_ready);
    router_add(front->router, "/metrics", answer_metrics);
    router_add(front->router, "/openapi.json", answer_openapi);
    router_add(front->router, "/asyncapi.json", answer_asyncapi);
}
