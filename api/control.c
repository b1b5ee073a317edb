#include "api/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/bus/publisher.h"
#include "api/store/links.h"
#include "lib/buf.h"
#include "lib/listen.h"
#include "lib/log.h"
#include "lib/mem.h"

enum { LINE_MAX_BYTES = 256, IO_TIMEOUT_S = 5 };

struct control {
    struct app *app;
    int listener, wakeup;
    pthread_t thread;
};

static void answer_link(const struct app *app, enum err e, const char *page,
                        const char *code, struct buf *out)
{
    if (e == E_OK) {
        buf_printf(out, "ok %s/%s/%s\n", app->settings->public_url, page, code);
    } else if (e == E_NOT_FOUND) {
        buf_str(out, STR("error there is no such user\n"));
    } else {
        buf_printf(out, "error %s\n", err_title(e));
    }
}

static void obey(struct app *app, struct str line, struct buf *out)
{
    struct arena *arena = arena_create();
    struct str word = STR("");
    char code[LINK_CODE_SIZE] = "";
    (void)str_cut(&line, ' ', &word);
    if (str_eq(word, STR("admin-link")) && line.ptr == NULL) {
        enum err e = links_make_admin(app->writer, arena, code);
        answer_link(app, e, "admin-link", code, out);
    } else if (str_eq(word, STR("reset-link")) && line.len > 0) {
        enum err e = links_make_reset(app->writer, arena, line, code);
        answer_link(app, e, "reset", code, out);
    } else if (str_eq(word, STR("status")) && line.ptr == NULL) {
        buf_printf(out, "ok database=%s redis=%s\n",
                   writer_is_healthy(app->writer) ? "ok" : "failed",
                   publisher_redis_ok(app->publisher) ? "ok" : "away");
    } else {
        buf_str(out,
                STR("error unknown command; there are: admin-link, reset-link USER, "
                    "status\n"));
    }
    arena_destroy(arena);
}

static void serve(struct control *c, int fd)
{
    struct timeval t = {.tv_sec = IO_TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
    char line[LINE_MAX_BYTES];
    size_t len = 0;
    while (len < sizeof(line)) {
        ssize_t n = recv(fd, line + len, sizeof(line) - len, 0);
        if (n <= 0) {
            return;
        }
        len += (size_t)n;
        if (line[len - 1] == '\n') {
            struct buf out = BUF_INIT(4096);
            obey(c->app, (struct str){line, len - 1}, &out);
            if (send(fd, out.ptr, out.len, MSG_NOSIGNAL) < 0) {
                log_warn("control.failed", "errno=%d", errno);
            }
            buf_finish(&out);
            return;
        }
    }
}

static void *control_main(void *arg)
{
    struct control *c = arg;
    struct pollfd fds[] = {{.fd = c->wakeup, .events = POLLIN},
                           {.fd = c->listener, .events = POLLIN}};
    for (;;) {
        if (poll(fds, 2, -1) < 0) {
            continue;
        }
        if (fds[0].revents != 0) {
            return NULL;
        }
        int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            serve(c, fd);
            close(fd);
        } else {
            poll(NULL, 0, 100); /* no descriptors: not at full speed */
        }
    }
}

enum err control_start(struct control **out, struct app *app)
{
    *out = NULL;
    int listener = listen_unix(app->settings->control_socket, 0600);
    if (listener < 0) {
        return E_UNAVAILABLE;
    }
    struct control *c = mem_alloc(sizeof(*c));
    c->app = app;
    c->listener = listener;
    c->wakeup = eventfd(0, EFD_CLOEXEC);
    if (c->wakeup < 0 || pthread_create(&c->thread, NULL, control_main, c) != 0) {
        log_error("control.failed", "what=start");
        abort();
    }
    *out = c;
    return E_OK;
}

void control_stop(struct control *c)
{
    if (c != NULL) {
        eventfd_write(c->wakeup, 1);
        pthread_join(c->thread, NULL);
        close(c->wakeup);
        close(c->listener);
        free(c);
    }
}
