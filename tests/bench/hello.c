/* The unit of the front's benchmark: libevent's evhttp reading a request whole and answering "ok".
 * SPDX-License-Identifier: Apache-2.0 */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void answer(struct evhttp_request *request, void *opaque)
{
    (void)opaque;
    evbuffer_add_reference(evhttp_request_get_output_buffer(request), "ok\n", 3, NULL, NULL);
    evhttp_send_reply(request, HTTP_OK, "OK", NULL);
}

/* hello PORT: one process, one loop, until it is killed. */
int main(int count, char **arguments)
{
    struct event_base *base = event_base_new();
    struct evhttp *server = base ? evhttp_new(base) : NULL;
    unsigned long port = count > 1 ? strtoul(arguments[1], NULL, 10) : 0;
    signal(SIGPIPE, SIG_IGN);
    if (!server || port == 0 || port > 65535 ||
        evhttp_bind_socket(server, "127.0.0.1", (unsigned short)port)) {
        fprintf(stderr, "hello: cannot listen on port %lu\n", port);
        return 1;
    }
    evhttp_set_allowed_methods(server, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
    evhttp_set_gencb(server, answer, NULL);
    return event_base_dispatch(base) < 0;
}
