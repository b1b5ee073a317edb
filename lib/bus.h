/* The adapter of hiredis: Redis pub/sub over a loop, and nothing else of Redis. Two
 * connections (a RESP2 connection that subscribes can do nothing else), made again by
 * themselves when one is lost or silent: every second a message goes out on one and must
 * come back on the other, so that a half-open or frozen Redis is noticed within 3 s.
 * Nothing here blocks. One thread: the loop's. */
#ifndef MOOTHALL_LIB_BUS_H
#define MOOTHALL_LIB_BUS_H

#include "lib/loop.h"
#include "lib/str.h"

struct bus;

struct bus_events {
    void *arg;
    /* What was published on a channel that is subscribed to. Borrowed texts. */
    void (*message)(void *arg, struct str channel, struct str message);
    /* Redis has confirmed the subscription: from here on nothing is missed, until state
     * says down. Comes again for each channel after each reconnect. May be NULL. */
    void (*subscribed)(void *arg, struct str channel);
    /* up: both connections work and all channels of that moment are confirmed. down: what is published
     * from here on may be missed. May be NULL. */
    void (*state)(void *arg, bool up);
};

/* address: "unix:PATH" or "HOST:PORT"; connects in the background. */
struct bus *bus_create(struct loop *l, const char *address, const struct bus_events *e);
void bus_destroy(
    struct bus *b); /* calls back no more, but each bus_published_fn with -1 */
bool bus_is_up(const struct bus *b);

/* Idempotent. A channel that is already confirmed is not confirmed again. Names of at most
 * 63 bytes. */
void bus_subscribe(struct bus *b, const char *channel);
void bus_unsubscribe(struct bus *b, const char *channel);
bool bus_is_subscribed(const struct bus *b,
                       const char *channel); /* confirmed, and up */

/* receivers: how many connections got it; -1: unknown, the connection was lost. */
typedef void bus_published_fn(void *arg, int64_t receivers);
/* False, and fn is not called, when down or 8 MiB are waiting. fn may be NULL. */
must_check bool bus_publish(struct bus *b, const char *channel, struct str message,
                            bus_published_fn *fn, void *arg);

#endif
