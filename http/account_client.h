/* The view of integration clients: whose a key is and what it is good for, fed from their topic.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/catalogue.h"
#include "topics/digest.h"
#include "topics/id.h"
#include "topics/record.h"

/* A key as it is sent: "btk_" and 64 hex digits; only its SHA-256 is kept anywhere. */
enum { CLIENT_KEY_TEXT = 68 };
#define CLIENT_KEY_PREFIX "btk_"

/* Written by the views' thread, read by all. */
struct clients;

/* An empty view of at most `most` clients. */
struct clients *clients_new(uint32_t most) __attribute__((returns_nonnull));
void clients_free(struct clients *clients);

/* What its records are declared as. */
const struct declaration *clients_record(void);

/* Takes in a record (`opaque` is the view). Views' thread. */
void clients_apply(void *opaque, const struct record *record);

/* Whether the text is a key that is good at `now`: whose, and whether its scopes hold what is asked. Any thread. */
MUST bool clients_find(struct clients *clients, struct slice key, int64_t now, const struct declaration *asked,
                       struct id *ret_client, bool *ret_holds);

/* Whether the view has taken in a client with that key; whether it holds the client as open. */
MUST bool clients_hold(struct clients *clients, struct slice key);
MUST bool clients_open(struct clients *clients, struct id client);
