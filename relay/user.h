/* The people who are connected here: each once, with all of their clients. While there is
 * one, the relay listens to the channel user:<id>. */
#ifndef MOOTHALL_RELAY_USER_H
#define MOOTHALL_RELAY_USER_H

#include "relay/client.h"

struct user {
    int64_t id;
    struct client *clients;
    UT_hash_handle hh;
};

void user_enter(struct client *c);                       /* by c->user */
void user_leave(struct client *c);                       /* idempotent */
bool user_is_heard(const struct relay *r, int64_t user); /* its channel is confirmed */
/* From the bus. */
void user_confirmed(struct relay *r, struct str id);
void user_message(struct relay *r, struct str id, struct str message);

#endif
