/* Metrics: counting in threads, the text of Prometheus, the small server.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process/config.h"
#include "process/life.h"
#include "process/metrics.h"

static void *count(void *series)
{
    for (int i = 0; i < 100000; i++) {
        series_add(series, 1);
        metric_observe(METRIC_accept_latency, 1000);
    }
    return NULL;
}

static void threads_count(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct series *series = metric_series(METRIC_http_requests, "202");
    assert_ptr_equal(series, metric_series(METRIC_http_requests, "202"));
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, count, series);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(series_value(series), 400000);
    struct buffer text = buffer_new(1 << 20);
    metrics_print(&text);
    buffer_add_byte(&text, 0);
    assert_non_null(strstr(text.at, "\nbaoting_http_requests_total{status=\"202\"} 400000\n"));
    assert_non_null(strstr(text.at, "\nbaoting_accept_latency_seconds_bucket{le=\"0.0005\"} 0\n"));
    assert_non_null(strstr(text.at, "\nbaoting_accept_latency_seconds_bucket{le=\"0.001\"} 400000\n"));
    assert_non_null(strstr(text.at, "\nbaoting_accept_latency_seconds_bucket{le=\"+Inf\"} 400000\n"));
    assert_non_null(strstr(text.at, "\nbaoting_accept_latency_seconds_sum 400.000000\n"));
    assert_non_null(strstr(text.at, "\nbaoting_accept_latency_seconds_count 400000\n"));
    assert_non_null(strstr(text.at, "\n# TYPE baoting_connections gauge\nbaoting_connections 0\n"));
    assert_non_null(strstr(text.at, "\nprocess_resident_memory_bytes "));
    buffer_free(&text);
}

static void labels_have_a_ceiling(void **state)
{
    (void)state;
    struct series *other = NULL;
    for (int i = 0; i < 1000; i++) {
        char label[16];
        snprintf(label, sizeof label, "l%d", i);
        other = metric_series(METRIC_commands_accepted, label);
    }
    assert_ptr_equal(other, metric_series(METRIC_commands_accepted, "other"));
    metric_set(METRIC_streams, 7);
    metric_add(METRIC_streams, -2);
    assert_int_equal(metric_value(METRIC_streams), 5);
}

/* Sends a request to the small server and returns the reply's text. */
static const char *ask(int port, const char *request)
{
    static char reply[1 << 20];
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    size_t length = 0;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&place, sizeof place), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    for (ssize_t more; (more = recv(fd, reply + length, sizeof reply - 1 - length, 0)) > 0;)
        length += (size_t)more;
    reply[length] = 0;
    close(fd);
    return reply;
}

static void the_small_server_answers(void **state)
{
    (void)state;
    int port = 20000 + getpid() % 20000;
    while (!metrics_serve("127.0.0.1", port))
        port++;
    assert_non_null(strstr(ask(port, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(ask(port, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), "baoting_ready 1\n"));
    assert_non_null(strstr(ask(port, "GET /healthz HTTP/1.1\r\n\r\n"), "{\"status\":\"pass\"}"));
    struct life_part *part = life_part("kafka");
    assert_non_null(strstr(ask(port, "GET /readyz HTTP/1.1\r\n\r\n"), "503 Service Unavailable"));
    assert_non_null(
        strstr(ask(port, "GET /readyz HTTP/1.1\r\n\r\n"), "{\"waiting_for\":[\"kafka\"],\"status\":\"fail\"}"));
    life_part_set(part, true);
    assert_non_null(strstr(ask(port, "GET /readyz HTTP/1.1\r\n\r\n"), "200 OK"));
    assert_non_null(strstr(ask(port, "GET /else HTTP/1.1\r\n\r\n"), "404 Not Found"));
    assert_non_null(strstr(ask(port, "POST /metrics HTTP/1.1\r\n\r\n"), "405 "));
    assert_string_equal(ask(port, "\r\n\r"), ""); /* nothing more comes: cut off after two seconds */
    assert_false(metrics_serve("127.0.0.1", port));
    metrics_stop();
}

static void the_manual_is_whole(void **state)
{
    (void)state;
    struct buffer manual = buffer_new(1 << 20);
    metrics_print_manual(&manual);
    buffer_add_byte(&manual, 0);
    assert_non_null(strstr(manual.at, "| `baoting_http_requests_total` | counter | count | status |"));
    buffer_free(&manual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_count),
        cmocka_unit_test(labels_have_a_ceiling),
        cmocka_unit_test(the_small_server_answers),
        cmocka_unit_test(the_manual_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
