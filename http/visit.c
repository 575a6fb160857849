/* Answers of a visit: JSON, or a problem with the headers that its status asks for.  SPDX-License-Identifier: Apache-2.0 */
#include "http/visit.h"

#include <stdio.h>

#include "http/hall.h"
#include "process/clock.h"
#include "process/log.h"

enum { PROBLEM_BYTES = 16384 };

void visit_count(const struct visit *visit, int status)
{
    int64_t took = clock_monotonic_us() - visit->begun_us;
    series_add(hall_answered(visit->hall, status), 1);
    metric_observe(METRIC_http_latency, took);
    LOG(answered, log_number("status", status), log_number("us", took),
        log_slice("method", method_name(visit->request->method)),
        log_text("route", visit->declaration ? visit->declaration->path : ""), log_trace(&visit->trace));
    if (status >= 500)
        LOG(request_failed, log_number("status", status), log_text("problem", problem_name(visit->problem.code)),
            log_trace(&visit->trace));
}

static void answer(struct visit *visit, int status, struct slice content_type, struct slice body)
{
    struct buffer *headers = &visit->hall->headers;
    struct response response = {.status = status, .content_type = content_type, .headers = buffer_slice(headers),
                                .body = body};
    visit_count(visit, status);
    exchange_answer(visit->exchange, &response);
    buffer_empty(headers);
}

void visit_answer(struct visit *visit, int status, struct slice json)
{
    answer(visit, status, SLICE("application/json"), json);
}

void visit_answer_document(struct visit *visit, const char *name, struct slice text)
{
    char place[128];
    int length = snprintf(place, sizeof place, "attachment; filename=\"%s.txt\"", name);
    response_header(&visit->hall->headers, "Content-Disposition", (struct slice){place, (size_t)length});
    answer(visit, 200, SLICE("text/plain; charset=utf-8"), text);
}

void visit_answer_picture(struct visit *visit, struct slice media, struct slice bytes)
{
    answer(visit, 200, media, bytes);
}

void visit_answer_nothing(struct visit *visit, int status)
{
    answer(visit, status, (struct slice){NULL, 0}, (struct slice){NULL, 0});
}

void visit_refuse(struct visit *visit)
{
    visit_refuse_with(visit, NULL, SLICE(""));
}

void visit_refuse_with(struct visit *visit, const char *member, struct slice text)
{
    struct buffer body = buffer_new(PROBLEM_BYTES);
    struct buffer *headers = &visit->hall->headers;
    int status = problem_status(visit->problem.code);
    problem_json(&body, &visit->problem);
    if (member && body.length) {
        body.length--; /* its last brace */
        buffer_add_format(&body, ",\"%s\":", member);
        buffer_add_json(&body, text);
        buffer_add_byte(&body, '}');
    }
    if (status == 401)
        response_header(headers, "WWW-Authenticate", SLICE("Bearer"));
    if (status == 503)
        response_header(headers, "Retry-After", SLICE("1"));
    struct response response = {.status = status, .content_type = RESPONSE_PROBLEM_TYPE,
                                .headers = buffer_slice(headers), .body = buffer_slice(&body)};
    visit_count(visit, status);
    exchange_answer(visit->exchange, &response);
    buffer_empty(headers);
    buffer_free(&body);
}
