#include "api/accept.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/listen.h"
#include "lib/log.h"
#include "lib/mem.h"

enum {
    CONNECTIONS_MAX = 1024,
    IO_TIMEOUT_S = 10,        /* for a peer that stops in the middle of a request */
    FIRST_REQUEST_MS = 10000, /* a new connection has to say something by then … */
    FIRST_AT_BOUND_MS =
        200,         /* … and at the bound by then, if another wants its place */
    IDLE_MS = 75000, /* longer than nginx keeps one */
    SWEEP_MS = 1000,
};

enum state { FREE, IDLE, BUSY };

struct connection {
    enum state state;
    int fd;
    bool served;      /* has had a request */
    int64_t since_ms; /* in this state */
    uint32_t
        generation; /* tells an event of this connection from one of its predecessor */
};

struct acceptor {
    int epoll, listener, wakeup;
    pthread_mutex_t lock; /* all below */
    struct connection connections[CONNECTIONS_MAX];
    size_t open;
    bool listening; /* armed in the epoll */
    bool stopping;
    int64_t swept_ms;
};

/* What an event carries: a generation above, an index below. */
#define TAG_LISTENER UINT64_MAX
#define TAG_WAKEUP   (UINT64_MAX - 1)

static uint64_t tag_of(const struct acceptor *a, const struct connection *c)
{
    return (uint64_t)c->generation << 32 | (uint64_t)(c - a->connections);
}

static void arm(struct acceptor *a, int op, int fd, uint64_t tag)
{
    struct epoll_event e = {.events = EPOLLIN | EPOLLONESHOT, .data = {.u64 = tag}};
    if (epoll_ctl(a->epoll, op, fd, &e) != 0) {
        log_error("accept.failed", "what=epoll errno=%d", errno);
    }
}

/* ---- Opening ---- */

enum err acceptor_open(struct acceptor **out, const char *path)
{
    *out = NULL;
    int listener = listen_systemd_or_unix(path, 0660);
    if (listener < 0) {
        return E_UNAVAILABLE;
    }
    struct acceptor *a = mem_alloc(sizeof(*a));
    a->listener = listener;
    a->epoll = epoll_create1(EPOLL_CLOEXEC);
    a->wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (a->epoll < 0 || a->wakeup < 0) {
        log_error("accept.failed", "what=open errno=%d", errno);
        abort();
    }
    pthread_mutex_init(&a->lock, NULL);
    a->listening = true;
    arm(a, EPOLL_CTL_ADD, a->listener, TAG_LISTENER);
    struct epoll_event e = {.events = EPOLLIN, .data = {.u64 = TAG_WAKEUP}};
    if (epoll_ctl(a->epoll, EPOLL_CTL_ADD, a->wakeup, &e) != 0) {
        abort();
    }
    *out = a;
    return E_OK;
}

static void drop(struct acceptor *a, struct connection *c)
{
    if (c->fd >= 0) {
        close(c->fd);
    }
    c->state = FREE;
    c->fd = -1;
    a->open--;
    if (!a->listening) {
        a->listening = true;
        arm(a, EPOLL_CTL_MOD, a->listener, TAG_LISTENER);
    }
}

void acceptor_close(struct acceptor *a)
{
    if (a == NULL) {
        return;
    }
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        if (a->connections[i].state != FREE) {
            close(a->connections[i].fd);
        }
    }
    close(a->wakeup);
    close(a->epoll);
    if (a->listener >= 0) {
        close(a->listener);
    }
    pthread_mutex_destroy(&a->lock);
    free(a);
}

/* ---- Waiting: with the lock held ---- */

static struct connection *free_slot(struct acceptor *a)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        if (a->connections[i].state == FREE) {
            return &a->connections[i];
        }
    }
    return NULL;
}

static void admit(struct acceptor *a, int fd)
{
    struct timeval t = {.tv_sec = IO_TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
    struct connection *c = free_slot(a);
    if (c == NULL) { /* not while open < CONNECTIONS_MAX */
        close(fd);
        return;
    }
    *c = (struct connection){.state = IDLE,
                             .fd = fd,
                             .since_ms = clock_mono_ms(),
                             .generation = (c->generation + 1) & 0x7fffffff};
    a->open++;
    arm(a, EPOLL_CTL_ADD, fd, tag_of(a, c));
}

/* Of those that have not said anything yet, the oldest goes. */
static bool make_room(struct acceptor *a)
{
    int64_t before = clock_mono_ms() - FIRST_AT_BOUND_MS;
    struct connection *oldest = NULL;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &a->connections[i];
        if (c->state == IDLE && !c->served && c->since_ms < before &&
            (oldest == NULL || c->since_ms < oldest->since_ms)) {
            oldest = c;
        }
    }
    if (oldest != NULL) {
        drop(a, oldest);
    }
    return oldest != NULL;
}

static void accept_all(struct acceptor *a)
{
    a->listening = true; /* nobody arms it meanwhile */
    while (!a->stopping && (a->open < CONNECTIONS_MAX || make_room(a))) {
        int fd = accept4(a->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            admit(a, fd);
        } else if (errno == EAGAIN) {
            arm(a, EPOLL_CTL_MOD, a->listener, TAG_LISTENER);
            return;
        } else if (errno == EINTR || errno == ECONNABORTED) {
            continue;
        } else if ((errno != EMFILE && errno != ENFILE) || !make_room(a)) {
            /* No descriptors: not armed again before the next sweep or close, since the
             * waiting connection would wake us at once, forever. */
            log_warn("accept.refused", "errno=%d open=%zu", errno, a->open);
            break;
        }
    }
    a->listening = false; /* until a place is free, or the next sweep */
}

static void sweep(struct acceptor *a)
{
    int64_t now = clock_mono_ms();
    if (now - a->swept_ms < SWEEP_MS) {
        return;
    }
    a->swept_ms = now;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &a->connections[i];
        if (c->state == IDLE &&
            now - c->since_ms > (c->served ? IDLE_MS : FIRST_REQUEST_MS)) {
            drop(a, c);
        }
    }
    if (!a->listening) {
        a->listening = true;
        arm(a, EPOLL_CTL_MOD, a->listener, TAG_LISTENER);
    }
}

static struct connection *take(struct acceptor *a, uint64_t tag)
{
    struct connection *c = &a->connections[tag & UINT32_MAX];
    if (c->state != IDLE || tag_of(a, c) != tag) {
        return NULL; /* swept meanwhile */
    }
    c->state = BUSY;
    c->served = true;
    return c;
}

/* When stopping: one on which a request waits already. */
static struct connection *take_waiting(struct acceptor *a)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &a->connections[i];
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        if (c->state == IDLE && poll(&p, 1, 0) == 1) {
            c->state = BUSY;
            return c;
        }
    }
    return NULL;
}

struct connection *acceptor_wait(struct acceptor *a)
{
    struct connection *found = NULL;
    bool stopping = false;
    while (found == NULL && !stopping) {
        struct epoll_event e;
        int n = epoll_wait(a->epoll, &e, 1, SWEEP_MS);
        pthread_mutex_lock(&a->lock);
        stopping = a->stopping;
        if (stopping) {
            found = take_waiting(a);
        } else if (n == 1 && e.data.u64 == TAG_LISTENER) {
            accept_all(a);
        } else if (n == 1 && e.data.u64 != TAG_WAKEUP) {
            found = take(a, e.data.u64);
        }
        if (!stopping) {
            sweep(a);
        }
        pthread_mutex_unlock(&a->lock);
    }
    return found;
}

void acceptor_stop(struct acceptor *a)
{
    pthread_mutex_lock(&a->lock);
    accept_all(a); /* whoever connected before is still served */
    a->stopping = true;
    a->listening = true; /* nobody arms it again */
    close(a->listener);
    a->listener = -1;
    pthread_mutex_unlock(&a->lock);
    eventfd_write(a->wakeup, 1);
}

int connection_fd(const struct connection *c)
{
    return c->fd;
}

void acceptor_return(struct acceptor *a, struct connection *c, int fd)
{
    pthread_mutex_lock(&a->lock);
    c->fd = fd; /* libfcgi has closed it when it is -1 */
    if (fd < 0) {
        drop(a, c);
    } else if (a->stopping) {
        c->state = IDLE;
    } else {
        c->state = IDLE;
        c->since_ms = clock_mono_ms();
        c->generation = (c->generation + 1) & 0x7fffffff;
        arm(a, EPOLL_CTL_MOD, fd, tag_of(a, c));
    }
    pthread_mutex_unlock(&a->lock);
}
