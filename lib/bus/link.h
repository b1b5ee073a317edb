/* One connection to Redis over a loop, not blocking. */
#ifndef MOOTHALL_LIB_BUS_LINK_H
#define MOOTHALL_LIB_BUS_LINK_H

#include <hiredis/async.h>

#include "lib/loop.h"
#include "lib/str.h"

struct link {
    struct loop *loop; /* borrowed, set by the owner, like the next three */
    void *arg;
    void (*opened)(struct link *l);
    void (*lost)(struct link *l,
                 const char *why); /* may stand in a callback of hiredis */
    redisAsyncContext *redis;      /* NULL: there is none */
    struct watcher *watcher;
    bool connected;
};

/* Begins to connect. False when that is refused at once. */
must_check bool link_open(struct link *l, const char *address);
/* Every command that waits is called back with NULL. */
void link_close(struct link *l);

#endif
