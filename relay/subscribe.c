#include "relay/subscribe.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "lib/clock.h"
#include "lib/crypto.h"
#include "lib/id.h"
#include "lib/mem.h"
#include "relay/later.h"
#include "relay/recover.h"
#include "relay/subscribe_ask.h"

enum { SPREAD_MS = 5000, SPREAD_FROM = 50 };

static uint64_t last_generation;

bool channel_name_parse(struct str name, int64_t *group)
{
    struct str kind;
    return str_cut(&name, ':', &kind) && str_eq(kind, STR("group")) &&
           name.ptr != NULL && id_parse(name, group);
}

uint64_t subscription_last_generation(void)
{
    return last_generation;
}

bool subscription_is_answered(const struct subscription *s)
{
    return s->state == SUB_LIVE || s->state == SUB_BEHIND;
}

static struct subscription *find(struct client *c, int64_t group)
{
    struct subscription *s = NULL;
    HASH_FIND(hh, c->subscriptions, &group, sizeof(group), s);
    return s;
}

struct subscription *subscription_find_live(struct client *c, struct str channel)
{
    int64_t group = 0;
    struct subscription *s =
        channel_name_parse(channel, &group) ? find(c, group) : NULL;
    return s != NULL && s->state == SUB_LIVE ? s : NULL;
}

/* ---- Coming and going ---- */

static void forget(struct subscription *s)
{
    struct client *c = s->client;
    struct channel *ch = s->channel;
    HASH_DELETE(hh, c->subscriptions, s);
    c->subscription_count--;
    if (ch != NULL) {
        DL_DELETE(ch->subscriptions, s);
        ch->subscription_count--;
    }
    free(s);
}

void subscriptions_end(struct client *c)
{
    struct subscription *s;
    struct subscription *next;
    HASH_ITER(hh, c->subscriptions, s, next)
    {
        forget(s);
    }
}

static void push_unsubscribe(struct client *c, int64_t group, int code,
                             const char *reason)
{
    char line[160];
    snprintf(line, sizeof(line),
             "{\"push\":{\"channel\":\"group:%s\",\"unsubscribe\":{\"code\":%d,"
             "\"reason\":\"%s\"}}}",
             ID_TEXT(group), code, reason);
    client_send_text(c, str_of(line));
}

void subscription_end(struct subscription *s, int code, const char *reason)
{
    struct client *c = s->client;
    int64_t group = s->group;
    int64_t id = s->command_id;
    bool answered = subscription_is_answered(s);
    forget(s);
    if (answered) {
        push_unsubscribe(c, group, code, reason);
    } else {
        client_reply_error(c, id,
                           code == UNSUBSCRIBE_SERVER ? ERROR_DENIED : ERROR_INTERNAL);
    }
}

/* ---- Events ---- */

void subscription_deliver(struct subscription *s, int64_t seq, struct frame *f)
{
    if (s->state == SUB_LIVE && seq > s->position) {
        s->position = seq;
        client_send(s->client, f);
    }
}

void subscription_tell(struct subscription *s, struct frame *f)
{
    if (s->state == SUB_LIVE) {
        client_send(s->client, f);
    }
}

void subscription_drop(struct subscription *s, int64_t user, int64_t seq)
{
    /* One in progress is judged when its answer comes, by the drops in the tail. */
    bool answered = subscription_is_answered(s);
    if (answered && s->client->user == user && s->allowed_at < seq) {
        subscription_end(s, UNSUBSCRIBE_SERVER, "no access");
    }
}

void subscription_fall_behind(struct subscription *s, size_t among)
{
    if (s->state != SUB_LIVE) {
        return;
    }
    uint32_t random = 0;
    crypto_random(&random, sizeof(random));
    s->state = SUB_BEHIND;
    s->due_ms = clock_mono_ms() + (among < SPREAD_FROM ? 0 : random % SPREAD_MS);
}

bool subscription_resubscribe_if_due(struct subscription *s, int64_t now_ms)
{
    if (s->state == SUB_BEHIND) {
        if (s->due_ms > now_ms) {
            return false;
        }
        subscription_end(s, UNSUBSCRIBE_INSUFFICIENT, "insufficient state");
    }
    return true;
}

/* ---- Commands ---- */

static void confirm(struct subscription *s)
{
    if (s->state == SUB_HEARING) {
        s->state = SUB_CONFIRMED;
        subscribe_ask_soon(s->client);
    }
}

static void listen_to(struct relay *r, uint64_t client, int64_t group)
{
    struct client *c = client_find(r, client);
    struct subscription *s = c != NULL ? find(c, group) : NULL;
    if (s == NULL || s->channel != NULL) {
        return;
    }
    s->channel = channel_open(r, group);
    DL_APPEND(s->channel->subscriptions, s);
    s->channel->subscription_count++;
    if (channel_is_heard(s->channel)) {
        confirm(s);
    } else if (r->deaf) {
        subscription_end(s, UNSUBSCRIBE_INSUFFICIENT, "not now");
    }
}

void subscriptions_confirmed(struct relay *r, struct str group)
{
    int64_t id = 0;
    struct channel *ch = id_parse(group, &id) ? channel_find(r, id) : NULL;
    struct subscription *s;
    if (ch != NULL) {
        DL_FOREACH(ch->subscriptions, s)
        {
            confirm(s);
        }
    }
}

void subscriptions_refuse_waiting(struct relay *r)
{
    struct channel *ch;
    struct channel *next_channel;
    HASH_ITER(hh, r->channels, ch, next_channel)
    {
        struct subscription *s;
        struct subscription *next;
        DL_FOREACH_SAFE(ch->subscriptions, s, next)
        {
            if (s->state == SUB_HEARING) {
                subscription_end(s, UNSUBSCRIBE_INSUFFICIENT, "not now");
            }
        }
    }
}

static int check(const struct client *c, const struct json *request, int64_t *group,
                 int64_t *since)
{
    const struct json *offset = json_member(request, "offset");
    if (!channel_name_parse(json_str(json_member(request, "channel")), group)) {
        char own[WIRE_CHANNEL_SIZE];
        wire_channel(own, "user", ID_TEXT(c->user));
        return str_eq(json_str(json_member(request, "channel")), str_of(own))
                   ? ERROR_ALREADY
                   : ERROR_DENIED;
    }
    if (offset != NULL && (!json_int(offset, since) || *since < 0)) {
        return ERROR_BAD_REQUEST;
    }
    return 0;
}

void subscribe_command(struct client *c, int64_t id, const struct json *request)
{
    struct relay *r = c->relay;
    int64_t group = 0;
    int64_t since = 0;
    int error = check(c, request, &group, &since);
    if (error == 0 && find(c, group) != NULL) {
        error = ERROR_ALREADY;
    }
    if (error == 0 &&
        (int64_t)c->subscription_count >= r->settings->limit_subscriptions) {
        error = ERROR_LIMIT;
    }
    if (error != 0) {
        client_reply_error(c, id, error);
        return;
    }
    struct subscription *s = mem_alloc(sizeof(*s));
    s->client = c;
    s->group = group;
    s->generation = ++last_generation;
    s->command_id = id;
    s->recover = json_flag(json_member(request, "recover"));
    s->since = since;
    struct str epoch = json_str(json_member(request, "epoch"));
    s->epoch_matters = epoch.len > 0;
    snprintf(s->epoch, sizeof(s->epoch), "%.*s",
             (int)(epoch.len < sizeof(s->epoch) ? epoch.len : 0), epoch.ptr);
    HASH_ADD(hh, c->subscriptions, group, sizeof(s->group), s);
    c->subscription_count++;
    later(r, "relay.subscribe.before_bus", listen_to, c->id, group);
}

void unsubscribe_command(struct client *c, int64_t id, const struct json *request)
{
    int64_t group = 0;
    struct subscription *s = NULL;
    if (channel_name_parse(json_str(json_member(request, "channel")), &group)) {
        s = find(c, group);
    }
    if (s != NULL && subscription_is_answered(s)) {
        forget(s);
    } else if (s != NULL) {
        subscription_end(s, UNSUBSCRIBE_INSUFFICIENT, "unsubscribed");
    }
    client_reply(c, id, STR("\"unsubscribe\":{}"));
}
