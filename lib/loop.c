#include "lib/loop.h"

#include <stdlib.h>

/* libev's callbacks take its own structs; ev.h warns about aliasing under -Wextra. */
#include <ev.h>

#include "lib/log.h"
#include "lib/mem.h"

struct loop {
    struct ev_loop *ev;
};

struct timer {
    struct loop *loop;
    loop_fn *fn;
    void *arg;
    ev_timer ev;
};

struct watcher {
    struct loop *loop;
    watcher_fn *fn;
    void *arg;
    bool read, write;
    ev_io ev;
};

struct waker {
    struct loop *loop;
    loop_fn *fn;
    void *arg;
    ev_async ev;
};

struct loop *loop_create(void)
{
    struct loop *l = mem_alloc(sizeof(*l));
    l->ev = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
    if (l->ev == NULL) {
        log_error("loop.failed", "what=create");
        abort();
    }
    return l;
}

void loop_destroy(struct loop *l)
{
    if (l != NULL) {
        ev_loop_destroy(l->ev);
        free(l);
    }
}

void loop_run(struct loop *l)
{
    ev_run(l->ev, 0);
}

void loop_stop(struct loop *l)
{
    ev_break(l->ev, EVBREAK_ALL);
}

void *loop_native(struct loop *l)
{
    return l->ev;
}

/* ---- Timers ---- */

static void timer_fired(struct ev_loop *ev, ev_timer *t, int events)
{
    struct timer *timer = t->data;
    (void)ev;
    (void)events;
    timer->fn(timer->arg);
}

struct timer *timer_create_on(struct loop *l, loop_fn *fn, void *arg)
{
    struct timer *t = mem_alloc(sizeof(*t));
    t->loop = l;
    t->fn = fn;
    t->arg = arg;
    ev_init(&t->ev, timer_fired);
    t->ev.data = t;
    return t;
}

void timer_destroy(struct timer *t)
{
    if (t != NULL) {
        ev_timer_stop(t->loop->ev, &t->ev);
        free(t);
    }
}

static void start(struct timer *t, double after, double repeat)
{
    ev_timer_stop(t->loop->ev, &t->ev);
    ev_now_update(t->loop->ev); /* after a long callback the loop's time is old */
    ev_timer_set(&t->ev, after, repeat);
    ev_timer_start(t->loop->ev, &t->ev);
}

void timer_start(struct timer *t, int64_t after_ms)
{
    start(t, (double)after_ms / 1000.0, 0.0);
}

void timer_repeat(struct timer *t, int64_t every_ms)
{
    start(t, (double)every_ms / 1000.0, (double)every_ms / 1000.0);
}

void timer_stop(struct timer *t)
{
    ev_timer_stop(t->loop->ev, &t->ev);
}

bool timer_is_running(const struct timer *t)
{
    return t->ev.active != 0; /* ev_is_active() casts const away */
}

/* ---- File descriptors ---- */

static void watcher_fired(struct ev_loop *ev, ev_io *io, int events)
{
    struct watcher *w = io->data;
    (void)ev;
    w->fn(w->arg, (events & EV_READ) != 0, (events & EV_WRITE) != 0);
}

struct watcher *watcher_create(struct loop *l, int fd, watcher_fn *fn, void *arg)
{
    struct watcher *w = mem_alloc(sizeof(*w));
    w->loop = l;
    w->fn = fn;
    w->arg = arg;
    ev_init(&w->ev, watcher_fired);
    ev_io_set(&w->ev, fd, 0);
    w->ev.data = w;
    return w;
}

void watcher_destroy(struct watcher *w)
{
    if (w != NULL) {
        ev_io_stop(w->loop->ev, &w->ev);
        free(w);
    }
}

void watcher_want(struct watcher *w, bool readable, bool writable)
{
    if (w->read == readable && w->write == writable) {
        return;
    }
    w->read = readable;
    w->write = writable;
    ev_io_stop(w->loop->ev, &w->ev);
    ev_io_set(&w->ev, w->ev.fd, (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0));
    if (readable || writable) {
        ev_io_start(w->loop->ev, &w->ev);
    }
}

bool watcher_wants_read(const struct watcher *w)
{
    return w->read;
}

bool watcher_wants_write(const struct watcher *w)
{
    return w->write;
}

/* ---- Signals ---- */

struct signal_watch {
    struct loop *loop;
    loop_fn *fn;
    void *arg;
    ev_signal ev;
};

static void signal_fired(struct ev_loop *ev, ev_signal *s, int events)
{
    struct signal_watch *watch = s->data;
    (void)ev;
    (void)events;
    watch->fn(watch->arg);
}

struct signal_watch *signal_watch_create(struct loop *l, int number, loop_fn *fn,
                                         void *arg)
{
    struct signal_watch *s = mem_alloc(sizeof(*s));
    s->loop = l;
    s->fn = fn;
    s->arg = arg;
    ev_init(&s->ev, signal_fired);
    ev_signal_set(&s->ev, number);
    s->ev.data = s;
    ev_signal_start(l->ev, &s->ev);
    return s;
}

void signal_watch_destroy(struct signal_watch *s)
{
    if (s != NULL) {
        ev_signal_stop(s->loop->ev, &s->ev);
        free(s);
    }
}

/* ---- Waking from another thread ---- */

static void waker_fired(struct ev_loop *ev, ev_async *a, int events)
{
    struct waker *w = a->data;
    (void)ev;
    (void)events;
    w->fn(w->arg);
}

struct waker *waker_create(struct loop *l, loop_fn *fn, void *arg)
{
    struct waker *w = mem_alloc(sizeof(*w));
    w->loop = l;
    w->fn = fn;
    w->arg = arg;
    ev_init(&w->ev, waker_fired);
    w->ev.data = w;
    ev_async_start(l->ev, &w->ev);
    return w;
}

void waker_destroy(struct waker *w)
{
    if (w != NULL) {
        ev_async_stop(w->loop->ev, &w->ev);
        free(w);
    }
}

void waker_wake(struct waker *w)
{
    ev_async_send(w->loop->ev, &w->ev);
}
