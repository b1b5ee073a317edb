/* What the parts of the relay share. One loop, one thread: no locks. */
#ifndef MOOTHALL_RELAY_RELAY_H
#define MOOTHALL_RELAY_RELAY_H

#include "lib/bus.h"
#include "lib/settings.h"
#include "lib/wire.h"
#include "relay/ask.h"
#include "relay/ws.h"

struct client;
struct channel;
struct user;
struct heal;

struct relay {
    const struct settings *settings;
    struct loop *loop;
    struct bus *bus;
    struct asks *asks;
    struct ws_server *ws;
    char name[WIRE_WORD_SIZE];
    char epoch[WIRE_WORD_SIZE]; /* of the database; "" until the first beat */

    struct client *clients; /* all, by id (client.c) */
    struct client *fresh;   /* those that have not connected yet, oldest first */
    struct client **wheel;  /* the others by their second of the ping interval */
    uint64_t last_client;
    int64_t seconds;           /* ticks since the start */
    struct channel *channels;  /* by group (channel.c) */
    struct user *users;        /* by id (user.c) */
    struct address *addresses; /* (address.c) */
    struct ended *ended;       /* sessions and users that ended lately (control.c) */
    struct heal *heal;         /* (heal.c) */
    bool deaf;                 /* cannot hear: bus down, or no beat for 3 s */
    bool stopping;
};

/* Tells all connected clients; data is a finished JSON object. */
void relay_tell_all(struct relay *r, struct str data);

#endif
