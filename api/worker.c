#include "api/worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "api/fcgi.h"
#include "api/request.h"
#include "api/respond.h"
#include "api/routes.h"
#include "api/store/sessions.h"
#include "lib/clock.h"
#include "lib/id.h"
#include "lib/log.h"
#include "lib/mem.h"

enum { RESPONSE_MAX = 8 * 1024 * 1024 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { STACK_BYTES = 2 * 1024 * 1024 };
#else
enum { STACK_BYTES = 256 * 1024 };
#endif

struct workers {
    struct app *app;
    struct acceptor *acceptor;
    atomic_int
        changing; /* workers at a request that may wait for the writer or hasher */
    size_t count;
    pthread_t threads[];
};

/* What a worker keeps between requests. */
struct worker {
    struct workers *all;
    struct app *app;
    struct arena *arena;
    struct db *db; /* opened at the first request that comes to this thread */
    struct fcgi *fcgi;
};

/* Changes wait for the disk or for a hash; reads wait for nothing. So many workers are
 * left to reads alone that no flood of changes holds them up. */
static enum err handle(struct worker *w, const struct route *route, struct request *rq,
                       struct response *rs)
{
    bool may_wait = route->method != METHOD_GET;
    enum err e = E_UNAVAILABLE;
    if (!may_wait ||
        atomic_fetch_add(&w->all->changing, 1) < w->app->settings->write_waiters) {
        e = route->handler(rq, rs);
    }
    if (may_wait) {
        atomic_fetch_sub(&w->all->changing, 1);
    }
    return e;
}

static enum err answer(struct worker *w, struct request *rq, struct response *rs,
                       unsigned *methods, bool *options, const char **pattern)
{
    struct credentials c;
    enum err e = request_read(rq, w->fcgi, &c, options);
    if (e != E_OK) {
        return e;
    }
    if (w->db == NULL &&
        db_open(&w->db, w->app->settings->database, DB_READER) != E_OK) {
        return E_UNAVAILABLE;
    }
    rq->db = w->db;
    const struct route *route = NULL;
    e = router_find(rq, &route, methods);
    if (*options && *methods != 0) {
        return E_OK;
    }
    if (e != E_METHOD_NOT_ALLOWED) {
        *methods = 0;
    }
    if (e != E_OK) {
        return e;
    }
    *pattern = route->pattern;
    e = gate_pass(rq, route, c.bearer, c.cookie);
    if (e != E_OK) {
        return e;
    }
    if (rq->caller.touch) {
        sessions_touch(w->app->writer, &rq->caller);
    }
    e = handle(w, route, rq, rs);
    if (e == E_OK && !buf_ok(&rs->body)) {
        log_error("response.refused", "req=%s why=too_large", rq->id);
        e = E_UNAVAILABLE;
    }
    return e;
}

static void serve(struct worker *w)
{
    int64_t began = clock_mono_ms();
    struct request rq = {.app = w->app, .arena = w->arena};
    struct response rs = {.body = BUF_INIT(RESPONSE_MAX)};
    struct buf out = BUF_INIT((size_t)2 * RESPONSE_MAX);
    unsigned methods = 0;
    bool options = false;
    const char *pattern = "-";
    json_begin(&rs.json, &rs.body);
    enum err e = answer(w, &rq, &rs, &methods, &options, &pattern);
    int status = respond(&out, &rq, &rs, e, methods, options);
    fcgi_write(w->fcgi, buf_view(&out));
    log_event(e == E_UNAVAILABLE ? LOG_WARN : LOG_INFO, "request.served",
              "req=%s user=%s method=%s route=%s status=%d code=%s bytes=%zu ms=%lld",
              rq.id, rq.caller.user != 0 ? ID_TEXT(rq.caller.user) : "-",
              request_method_name(&rq, options), pattern, status, err_code(e), out.len,
              (long long)(clock_mono_ms() - began));
    buf_finish(&out);
    buf_finish(&rs.body);
    arena_reset(w->arena);
}

static void *worker_main(void *arg)
{
    struct workers *all = arg;
    struct worker w = {
        .all = all, .app = all->app, .arena = arena_create(), .fcgi = fcgi_create()};
    struct connection *c;
    while ((c = acceptor_wait(all->acceptor)) != NULL) {
        int fd = -1;
        if (fcgi_begin(w.fcgi, connection_fd(c))) {
            serve(&w);
            fd = fcgi_finish(w.fcgi);
        }
        acceptor_return(all->acceptor, c, fd);
    }
    fcgi_destroy(w.fcgi);
    db_close(w.db);
    arena_destroy(w.arena);
    return NULL;
}

struct workers *workers_start(struct app *app, struct acceptor *a, size_t count)
{
    struct workers *w = mem_alloc(sizeof(*w) + count * sizeof(w->threads[0]));
    w->app = app;
    w->acceptor = a;
    atomic_init(&w->changing, 0);
    w->count = count;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    for (size_t i = 0; i < count; i++) {
        if (pthread_create(&w->threads[i], &attr, worker_main, w) != 0) {
            log_error("worker.failed", "what=thread");
            abort();
        }
    }
    pthread_attr_destroy(&attr);
    return w;
}

void workers_join(struct workers *w)
{
    if (w != NULL) {
        for (size_t i = 0; i < w->count; i++) {
            pthread_join(w->threads[i], NULL);
        }
        free(w);
    }
}
