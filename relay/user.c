#include "relay/user.h"

#include <stdlib.h>
#include <utlist.h>

#include "lib/id.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "relay/connect.h"
#include "relay/heal.h"

static struct user *find(const struct relay *r, int64_t id)
{
    struct user *u = NULL;
    HASH_FIND(hh, r->users, &id, sizeof(id), u);
    return u;
}

static struct user *find_text(const struct relay *r, struct str text)
{
    int64_t id = 0;
    return id_parse(text, &id) ? find(r, id) : NULL;
}

void user_enter(struct client *c)
{
    struct relay *r = c->relay;
    struct user *u = find(r, c->user);
    if (u == NULL) {
        u = mem_alloc(sizeof(*u));
        u->id = c->user;
        HASH_ADD(hh, r->users, id, sizeof(u->id), u);
        char channel[WIRE_CHANNEL_SIZE];
        wire_channel(channel, "user", ID_TEXT(u->id));
        bus_subscribe(r->bus, channel);
    }
    c->of = u;
    DL_APPEND2(u->clients, c, user_prev, user_next);
}

void user_leave(struct client *c)
{
    struct relay *r = c->relay;
    struct user *u = c->of;
    if (u == NULL) {
        return;
    }
    c->of = NULL;
    DL_DELETE2(u->clients, c, user_prev, user_next);
    if (u->clients == NULL) {
        char channel[WIRE_CHANNEL_SIZE];
        wire_channel(channel, "user", ID_TEXT(u->id));
        bus_unsubscribe(r->bus, channel);
        HASH_DEL(r->users, u);
        free(u);
    }
}

bool user_is_heard(const struct relay *r, int64_t user)
{
    char channel[WIRE_CHANNEL_SIZE];
    wire_channel(channel, "user", ID_TEXT(user));
    return bus_is_subscribed(r->bus, channel);
}

void user_confirmed(struct relay *r, struct str id)
{
    struct user *u = find_text(r, id);
    if (u == NULL) {
        return;
    }
    /* connect_finish may close one: the list then loses it only later, in closed */
    struct client *c;
    struct client *next;
    DL_FOREACH_SAFE2(u->clients, c, next, user_next)
    {
        if (c->state == CLIENT_CONNECTING) {
            connect_finish(c);
        }
    }
}

void user_message(struct relay *r, struct str id, struct str message)
{
    struct user *u = find_text(r, id);
    struct envelope e;
    if (u == NULL || heal_is_holding(r)) {
        return; /* who looks again after a heal finds what the notice said */
    }
    if (!envelope_read(message, &e)) {
        log_warn("envelope.refused", "channel=user bytes=%zu", message.len);
        return;
    }
    struct frame *f = frame_create(e.frame);
    struct client *c;
    struct client *next;
    DL_FOREACH_SAFE2(u->clients, c, next, user_next)
    {
        if (c->state == CLIENT_READY) {
            client_send(c, f);
        }
    }
    frame_unref(&f);
}
