/* The adapter of libev: one loop a thread. All calls belong to the loop's thread, but
 * waker_wake, which any thread may call. Callbacks may destroy what called them. */
#ifndef MOOTHALL_LIB_LOOP_H
#define MOOTHALL_LIB_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
typedef void loop_fn(void *arg);

struct loop *loop_create(void);
void loop_destroy(struct loop *l);
void loop_run(struct loop *l);  /* until loop_stop */
void loop_stop(struct loop *l); /* loop_run returns after the present callback */
/* The struct ev_loop, for libwebsockets. */
void *loop_native(struct loop *l);

struct timer;
struct timer *timer_create_on(struct loop *l, loop_fn *fn, void *arg);
void timer_destroy(struct timer *t);                  /* NULL is fine */
void timer_start(struct timer *t, int64_t after_ms);  /* once; anew if it runs */
void timer_repeat(struct timer *t, int64_t every_ms); /* first after every_ms */
void timer_stop(struct timer *t);
bool timer_is_running(const struct timer *t);

struct watcher;
typedef void watcher_fn(void *arg, bool readable, bool writable);
struct watcher *watcher_create(struct loop *l, int fd, watcher_fn *fn, void *arg);
void watcher_destroy(struct watcher *w);
void watcher_want(struct watcher *w, bool readable, bool writable);
bool watcher_wants_read(const struct watcher *w);
bool watcher_wants_write(const struct watcher *w);

/* A signal as a callback of the loop; in programs without other threads. */
struct signal_watch;
struct signal_watch *signal_watch_create(struct loop *l, int number, loop_fn *fn,
                                         void *arg);
void signal_watch_destroy(struct signal_watch *s);

struct waker;
struct waker *waker_create(struct loop *l, loop_fn *fn, void *arg);
void waker_destroy(struct waker *w);
void waker_wake(
    struct waker *w); /* any thread; several before the loop looks are one */

#endif
