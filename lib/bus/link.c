#include "lib/bus/link.h"

#include <stdlib.h>

#include "lib/log.h"
#include "lib/mem.h"

/* ---- hiredis' six hooks ---- */

static void ready(void *arg, bool readable, bool writable)
{
    struct link *l = arg;
    redisAsyncContext *redis = l->redis;
    if (readable) {
        redisAsyncHandleRead(redis);
    }
    if (writable && l->redis == redis) { /* not freed by what was read */
        redisAsyncHandleWrite(redis);
    }
}

static void hook_add_read(void *arg)
{
    struct link *l = arg;
    watcher_want(l->watcher, true, watcher_wants_write(l->watcher));
}

static void hook_del_read(void *arg)
{
    struct link *l = arg;
    watcher_want(l->watcher, false, watcher_wants_write(l->watcher));
}

static void hook_add_write(void *arg)
{
    struct link *l = arg;
    watcher_want(l->watcher, watcher_wants_read(l->watcher), true);
}

static void hook_del_write(void *arg)
{
    struct link *l = arg;
    watcher_want(l->watcher, watcher_wants_read(l->watcher), false);
}

static void hook_cleanup(void *arg)
{
    struct link *l = arg;
    watcher_destroy(l->watcher);
    l->watcher = NULL;
}

/* ---- Opening and closing ---- */

static void on_connect(const redisAsyncContext *redis, int status)
{
    struct link *l = redis->data;
    if (status != REDIS_OK) {
        l->redis = NULL; /* hiredis frees it */
        l->lost(l, "connect");
        return;
    }
    l->connected = true;
    l->opened(l);
}

static void on_disconnect(const redisAsyncContext *redis, int status)
{
    struct link *l = redis->data;
    (void)status;
    if (l->redis == redis) {
        l->redis = NULL;
        l->lost(l, "closed");
    }
}

static redisAsyncContext *open_address(const char *address)
{
    struct str rest = str_of(address);
    if (str_starts(rest, STR("unix:"))) {
        return redisAsyncConnectUnix(address + sizeof("unix:") - 1);
    }
    const char *colon = strrchr(address, ':');
    int64_t port = 0;
    if (colon == NULL || !str_to_i64(str_of(colon + 1), &port) || port < 1 ||
        port > 65535) {
        log_error("bus.refused", "address=%s", address);
        return NULL;
    }
    char *host = mem_dup((struct str){address, (size_t)(colon - address)});
    redisAsyncContext *redis = redisAsyncConnect(host, (int)port);
    free(host);
    return redis;
}

bool link_open(struct link *l, const char *address)
{
    redisAsyncContext *redis = open_address(address);
    if (redis == NULL || redis->err != 0) {
        if (redis != NULL) {
            redisAsyncFree(redis);
        }
        return false;
    }
    l->redis = redis;
    l->watcher = watcher_create(l->loop, redis->c.fd, ready, l);
    redis->data = l;
    redis->ev.data = l;
    redis->ev.addRead = hook_add_read;
    redis->ev.delRead = hook_del_read;
    redis->ev.addWrite = hook_add_write;
    redis->ev.delWrite = hook_del_write;
    redis->ev.cleanup = hook_cleanup;
    redisAsyncSetConnectCallback(redis, on_connect);
    redisAsyncSetDisconnectCallback(redis, on_disconnect);
    return true;
}

void link_close(struct link *l)
{
    redisAsyncContext *redis = l->redis;
    l->redis = NULL;
    l->connected = false;
    if (redis != NULL) {
        redisAsyncFree(redis); /* every pending callback is called with NULL */
    }
}
