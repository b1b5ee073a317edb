#include "lib/bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "lib/bus/link.h"
#include "lib/clock.h"
#include "lib/id.h"
#include "lib/log.h"
#include "lib/mem.h"

enum {
    TICK_MS = 1000,
    SILENCE_MS = 3000,
    BACKOFF_FIRST_MS = 50,
    BACKOFF_MAX_MS = 1000,
    WAITING_MAX_BYTES = 8 * 1024 * 1024,
    CHANNEL_SIZE = 64,
};

/* hiredis 0.14 forgets a channel's callback when SUBSCRIBE is sent while an UNSUBSCRIBE of
 * it is under way: so at most one of the two is under way for a channel at a time. */
enum channel_state { NONE, SUBSCRIBING, SUBSCRIBED, UNSUBSCRIBING };

struct channel {
    char name[CHANNEL_SIZE];
    enum channel_state state;
    bool wanted;
    UT_hash_handle hh;
};

struct bus {
    struct loop *loop;
    struct bus_events events;
    char *address;
    struct link subscriber, commands;
    struct channel *channels;
    size_t unconfirmed; /* wanted channels that are not SUBSCRIBED */
    struct timer *tick, *reconnect;
    int64_t backoff_ms;
    int64_t heard_ms; /* monotonic: the last own echo, or when we connected */
    size_t waiting_bytes;
    bool up, ending;
    char echo[CHANNEL_SIZE];
};

struct publish {
    struct bus *bus;
    bus_published_fn *fn;
    void *arg;
    size_t bytes;
};

static void lose(struct bus *b, const char *why);
static void on_subscriber_reply(redisAsyncContext *redis, void *reply, void *data);

/* ---- State ---- */

static void update_state(struct bus *b)
{
    /* A channel that is subscribed to later is confirmed on its own: the others go on. */
    bool up = b->subscriber.connected && b->commands.connected &&
              (b->up || b->unconfirmed == 0);
    if (up == b->up) {
        return;
    }
    b->up = up;
    if (up) {
        b->backoff_ms = BACKOFF_FIRST_MS;
    }
    log_info(up ? "bus.connected" : "bus.disconnected", "channels=%u",
             HASH_COUNT(b->channels));
    if (b->events.state != NULL && !b->ending) {
        b->events.state(b->events.arg, up);
    }
}

static void enter_state(struct bus *b, struct channel *c, enum channel_state state)
{
    bool was = c->wanted && c->state != SUBSCRIBED;
    c->state = state;
    bool is = c->wanted && c->state != SUBSCRIBED;
    b->unconfirmed += (size_t)is - (size_t)was;
}

static void set_wanted(struct bus *b, struct channel *c, bool wanted)
{
    bool was = c->wanted && c->state != SUBSCRIBED;
    c->wanted = wanted;
    bool is = c->wanted && c->state != SUBSCRIBED;
    b->unconfirmed += (size_t)is - (size_t)was;
}

static void forget(struct bus *b, struct channel *c)
{
    HASH_DEL(b->channels, c); /* NOLINT(clang-analyzer-unix.Malloc): never twice */
    free(c);
}

/* Sends what brings a channel nearer to what is wanted of it. */
static void pursue(struct bus *b, struct channel *c)
{
    if (!b->subscriber.connected) {
        return;
    }
    const char *command = NULL;
    if (c->wanted && c->state == NONE) {
        enter_state(b, c, SUBSCRIBING);
        command = "SUBSCRIBE";
    } else if (!c->wanted && c->state == SUBSCRIBED) {
        enter_state(b, c, UNSUBSCRIBING);
        command = "UNSUBSCRIBE";
    }
    const char *words[] = {command, c->name};
    if (command != NULL &&
        redisAsyncCommandArgv(b->subscriber.redis, on_subscriber_reply, &b->subscriber,
                              2, words, NULL) != REDIS_OK) {
        lose(b, "subscribe");
    }
}

/* ---- Connections ---- */

static void on_opened(struct link *l)
{
    struct bus *b = l->arg;
    b->heard_ms = clock_mono_ms();
    if (l == &b->subscriber) {
        struct channel *c;
        struct channel *next;
        HASH_ITER(hh, b->channels, c, next)
        {
            pursue(b, c);
        }
    }
    update_state(b);
}

static void on_lost(struct link *l, const char *why)
{
    lose(l->arg, why);
}

static void connect_both(void *arg)
{
    struct bus *b = arg;
    link_close(&b->subscriber);
    link_close(&b->commands);
    struct channel *c;
    struct channel *next;
    HASH_ITER(hh, b->channels, c, next)
    {
        enter_state(b, c, NONE);
        if (!c->wanted) {
            forget(b, c);
        }
    }
    b->heard_ms = clock_mono_ms();
    if (!link_open(&b->subscriber, b->address) ||
        !link_open(&b->commands, b->address)) {
        lose(b, "open");
    }
}

/* One lost connection takes the other along. It is closed by the timer, not in here: the
 * caller may stand in a callback of hiredis. */
static void lose(struct bus *b, const char *why)
{
    if (b->ending || timer_is_running(b->reconnect)) {
        return;
    }
    log_debug("bus.lost", "why=%s again_ms=%lld", why, (long long)b->backoff_ms);
    b->subscriber.connected = false;
    b->commands.connected = false;
    timer_start(b->reconnect, b->backoff_ms);
    b->backoff_ms =
        b->backoff_ms * 2 < BACKOFF_MAX_MS ? b->backoff_ms * 2 : BACKOFF_MAX_MS;
    update_state(b);
}

/* ---- Replies ---- */

static void confirmed(struct bus *b, struct channel *c)
{
    enter_state(b, c, SUBSCRIBED);
    if (c->wanted) {
        if (b->events.subscribed != NULL && strcmp(c->name, b->echo) != 0) {
            b->events.subscribed(b->events.arg, str_of(c->name));
        }
    } else {
        pursue(b, c);
    }
    update_state(b);
}

static void ended(struct bus *b, struct channel *c)
{
    enter_state(b, c, NONE);
    if (c->wanted) {
        pursue(b, c);
    } else {
        forget(b, c);
    }
}

static void on_subscriber_reply(redisAsyncContext *redis, void *reply, void *data)
{
    struct link *l = data;
    struct bus *b = l->arg;
    const redisReply *r = reply;
    if (r == NULL || l->redis != redis) {
        return; /* the connection ends; on_disconnect tells */
    }
    if (r->type != REDIS_REPLY_ARRAY || r->elements != 3 ||
        r->element[0]->str == NULL || r->element[1]->str == NULL) {
        log_warn("bus.refused", "what=subscribe text=\"%s\"",
                 r->type == REDIS_REPLY_ERROR ? r->str : "");
        lose(b, "refused");
        return;
    }
    struct str kind = {r->element[0]->str, (size_t)r->element[0]->len};
    struct str name = {r->element[1]->str, (size_t)r->element[1]->len};
    struct channel *c = NULL;
    HASH_FIND(hh, b->channels, name.ptr, name.len, c);
    if (c == NULL) {
        return;
    }
    if (str_eq(kind, STR("message")) && r->element[2]->str != NULL) {
        if (str_eq(name, str_of(b->echo))) {
            b->heard_ms = clock_mono_ms();
        } else if (c->wanted) {
            struct str message = {r->element[2]->str, (size_t)r->element[2]->len};
            b->events.message(b->events.arg, name, message);
        }
    } else if (str_eq(kind, STR("subscribe"))) {
        confirmed(b, c);
    } else if (str_eq(kind, STR("unsubscribe"))) {
        ended(b, c);
    }
}

static void on_published(redisAsyncContext *redis, void *reply, void *data)
{
    struct publish *p = data;
    const redisReply *r = reply;
    (void)redis;
    p->bus->waiting_bytes -= p->bytes;
    int64_t receivers = -1;
    if (r != NULL && r->type == REDIS_REPLY_INTEGER) {
        receivers = r->integer;
    } else if (r != NULL) { /* out of memory, read-only, loading: as good as away */
        log_warn("bus.refused", "what=publish text=\"%s\"",
                 r->type == REDIS_REPLY_ERROR ? r->str : "");
        lose(p->bus, "refused");
    }
    if (p->fn != NULL) {
        p->fn(p->arg, receivers);
    }
    free(p);
}

/* ---- What callers do ---- */

static bool publish(struct bus *b, const char *channel, struct str message,
                    bus_published_fn *fn, void *arg)
{
    struct publish *p = mem_alloc(sizeof(*p));
    *p = (struct publish){b, fn, arg, message.len};
    b->waiting_bytes += message.len;
    const char *words[] = {"PUBLISH", channel, message.ptr};
    size_t lengths[] = {sizeof("PUBLISH") - 1, strlen(channel), message.len};
    if (redisAsyncCommandArgv(b->commands.redis, on_published, p, 3, words, lengths) !=
        REDIS_OK) {
        b->waiting_bytes -= message.len;
        free(p);
        lose(b, "publish");
        return false;
    }
    return true;
}

bool bus_publish(struct bus *b, const char *channel, struct str message,
                 bus_published_fn *fn, void *arg)
{
    return b->commands.connected &&
           b->waiting_bytes + message.len <= WAITING_MAX_BYTES &&
           publish(b, channel, message, fn, arg);
}

static struct channel *find(const struct bus *b, const char *name)
{
    struct channel *c = NULL;
    HASH_FIND_STR(b->channels, name, c);
    return c;
}

void bus_subscribe(struct bus *b, const char *channel)
{
    struct channel *c = find(b, channel);
    if (c == NULL) {
        c = mem_alloc(sizeof(*c));
        snprintf(c->name, sizeof(c->name), "%s", channel);
        HASH_ADD_STR(b->channels, name, c);
    }
    if (!c->wanted) {
        set_wanted(b, c, true);
        pursue(b, c);
    }
}

void bus_unsubscribe(struct bus *b, const char *channel)
{
    struct channel *c = find(b, channel);
    if (c != NULL && c->wanted) {
        set_wanted(b, c, false);
        if (c->state == NONE) {
            forget(b, c);
        } else {
            pursue(b, c);
        }
        update_state(b);
    }
}

bool bus_is_subscribed(const struct bus *b, const char *channel)
{
    const struct channel *c = find(b, channel);
    return c != NULL && c->wanted && c->state == SUBSCRIBED && b->subscriber.connected;
}

bool bus_is_up(const struct bus *b)
{
    return b->up;
}

static void on_tick(void *arg)
{
    struct bus *b = arg;
    if (timer_is_running(b->reconnect)) {
        return;
    }
    if (clock_mono_ms() - b->heard_ms > SILENCE_MS) {
        log_warn("bus.silent", "ms=%d", SILENCE_MS);
        lose(b, "silent");
    } else if (b->commands.connected) {
        (void)publish(b, b->echo, STR("1"), NULL, NULL);
    }
}

struct bus *bus_create(struct loop *l, const char *address, const struct bus_events *e)
{
    struct bus *b = mem_alloc(sizeof(*b));
    b->loop = l;
    b->events = *e;
    b->address = mem_dup(str_of(address));
    b->subscriber =
        (struct link){.loop = l, .arg = b, .opened = on_opened, .lost = on_lost};
    b->commands = b->subscriber;
    b->backoff_ms = BACKOFF_FIRST_MS;
    b->tick = timer_create_on(l, on_tick, b);
    b->reconnect = timer_create_on(l, connect_both, b);
    char word[17];
    id_random_word(word, sizeof(word));
    snprintf(b->echo, sizeof(b->echo), "echo:%s", word);
    bus_subscribe(b, b->echo);
    timer_repeat(b->tick, TICK_MS);
    timer_start(b->reconnect, 0);
    return b;
}

void bus_destroy(struct bus *b)
{
    if (b == NULL) {
        return;
    }
    b->ending = true;
    timer_destroy(b->reconnect);
    timer_destroy(b->tick);
    link_close(&b->subscriber);
    link_close(&b->commands);
    struct channel *c;
    struct channel *next;
    HASH_ITER(hh, b->channels, c, next)
    {
        forget(b, c);
    }
    free(b->address);
    free(b);
}
