/* Tickets.  SPDX-License-Identifier: Apache-2.0 */
#include "http/session_ticket.h"

enum { PLAIN_MOST = 600 };

/* Account, device, eight bytes of time, one of the log-in's length, the log-in, and the rest. */
void ticket_make(const struct seal *seal, const char *kind, const struct ticket *ticket, struct buffer *buffer)
{
    struct buffer plain = buffer_new(PLAIN_MOST);
    uint64_t expires = htobe64((uint64_t)ticket->expires_ms);
    buffer_add(&plain, ticket->account.bytes, sizeof ticket->account.bytes);
    buffer_add(&plain, ticket->device.bytes, sizeof ticket->device.bytes);
    buffer_add(&plain, &expires, sizeof expires);
    buffer_add_byte(&plain, (char)ticket->login.length);
    buffer_add_slice(&plain, ticket->login);
    buffer_add_slice(&plain, ticket->text);
    seal_hide(seal, (struct id){0}, kind, buffer_slice(&plain), buffer);
    buffer_free(&plain);
}

static bool parse(struct ticket *ticket, int64_t now)
{
    const char *at = ticket->plain.at;
    size_t left = ticket->plain.length, head = 2 * sizeof(struct id) + sizeof(uint64_t) + 1;
    uint64_t expires;
    if (left < head)
        return false;
    memcpy(ticket->account.bytes, at, sizeof ticket->account.bytes);
    memcpy(ticket->device.bytes, at + sizeof(struct id), sizeof ticket->device.bytes);
    memcpy(&expires, at + 2 * sizeof(struct id), sizeof expires);
    ticket->expires_ms = (int64_t)be64toh(expires);
    size_t login = (uint8_t)at[head - 1];
    if (left - head < login)
        return false;
    ticket->login = (struct slice){at + head, login};
    ticket->text = (struct slice){at + head + login, left - head - login};
    return now < ticket->expires_ms;
}

bool ticket_read(const struct seal *seal, const char *kind, struct slice text, int64_t now, struct ticket *ret_ticket)
{
    struct problem problem;
    struct ticket ticket = {.plain = buffer_new(PLAIN_MOST)};
    problem_none(&problem);
    bool good = seal_show(seal, (struct id){0}, kind, text, &ticket.plain, &problem) && parse(&ticket, now);
    if (good)
        *ret_ticket = ticket;
    else
        buffer_free(&ticket.plain);
    return good;
}
