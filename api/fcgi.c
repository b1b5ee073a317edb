#include "api/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/fcgi_head.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"

enum {
    WAITING_MAX = 8, /* threads that wait for the rest of a request */
    WAIT_MS = 2000,  /* how long each may */
    WAIT_STEP_MAX_MS = 20,
    DRAIN_MAX =
        1 << 20, /* of a body that nobody read; with more, the connection ends */
};

struct fcgi {
    FCGX_Request request;
    char peeked[FCGI_REQUEST_MAX];
};

static atomic_int waiting;

void fcgi_init(void)
{
    if (FCGX_Init() != 0) {
        log_error("fcgi.failed", "what=init");
        abort();
    }
}

struct fcgi *fcgi_create(void)
{
    struct fcgi *f = mem_alloc(sizeof(*f));
    /* No listening socket: FCGX_Accept_r finds the connection in ipcFd, reads from it,
     * and fails instead of accepting another when that one is no good. */
    FCGX_InitRequest(&f->request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
    f->request.ipcFd = -1;
    return f;
}

void fcgi_destroy(struct fcgi *f)
{
    free(f);
}

/* FCGI_BAD also when the peer has gone. */
static enum fcgi_verdict peek(struct fcgi *f, int fd)
{
    ssize_t n = recv(fd, f->peeked, sizeof(f->peeked), MSG_PEEK | MSG_DONTWAIT);
    if (n < 0) {
        return errno == EAGAIN || errno == EINTR ? FCGI_MORE : FCGI_BAD;
    }
    return n == 0 ? FCGI_BAD : fcgi_judge((struct str){f->peeked, (size_t)n});
}

/* What has come already keeps poll() from waiting for what has not. */
static enum fcgi_verdict wait_for_rest(struct fcgi *f, int fd)
{
    int64_t until = clock_mono_ms() + WAIT_MS;
    enum fcgi_verdict v = FCGI_MORE;
    for (int step = 1; v == FCGI_MORE && clock_mono_ms() < until;) {
        struct pollfd hangup = {.fd = fd, .events = POLLRDHUP};
        if (poll(&hangup, 1, step) > 0) {
            return FCGI_BAD;
        }
        v = peek(f, fd);
        step = step * 2 < WAIT_STEP_MAX_MS ? step * 2 : WAIT_STEP_MAX_MS;
    }
    return v;
}

static bool is_whole(struct fcgi *f, int fd)
{
    enum fcgi_verdict v = peek(f, fd);
    if (v == FCGI_MORE) {
        if (atomic_fetch_add(&waiting, 1) < WAITING_MAX) {
            v = wait_for_rest(f, fd);
        }
        atomic_fetch_sub(&waiting, 1);
    }
    return v == FCGI_WHOLE;
}

bool fcgi_begin(struct fcgi *f, int fd)
{
    if (!is_whole(f, fd)) {
        close(fd);
        return false;
    }
    f->request.ipcFd = fd;
    f->request.keepConnection = 1; /* else FCGX_Accept_r closes it to begin with */
    f->request.detached = 1;       /* when it closes it, then without lingering */
    return FCGX_Accept_r(&f->request) == 0;
}

struct str fcgi_param(struct fcgi *f, const char *name)
{
    return str_of(FCGX_GetParam(name, f->request.envp));
}

size_t fcgi_read(struct fcgi *f, char *out, size_t len)
{
    size_t got = 0;
    while (got < len) {
        int n = FCGX_GetStr(out + got, (int)(len - got), f->request.in);
        if (n <= 0) {
            break;
        }
        got += (size_t)n;
    }
    return got;
}

void fcgi_write(struct fcgi *f, struct str bytes)
{
    if (bytes.len > 0 && bytes.len <= INT_MAX) {
        FCGX_PutStr(bytes.ptr, (int)bytes.len, f->request.out);
    }
}

/* Up to the end of the body, which is a record of its own: what is left unread would be
 * taken for the beginning of the next request. */
static bool drain(struct fcgi *f)
{
    char scrap[4096];
    size_t total = 0;
    size_t n;
    while ((n = fcgi_read(f, scrap, sizeof(scrap))) == sizeof(scrap)) {
        total += n;
        if (total > DRAIN_MAX) {
            return false;
        }
    }
    return true;
}

int fcgi_finish(struct fcgi *f)
{
    if (!drain(f)) {
        f->request.keepConnection = 0;
    }
    FCGX_Finish_r(&f->request);
    int fd = f->request.ipcFd;
    f->request.ipcFd = -1;
    return fd;
}
