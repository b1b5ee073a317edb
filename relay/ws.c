#include "relay/ws.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/listen.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "lib/utf8.h"

enum {
    ACCEPT_BATCH = 64,
    ACCEPT_PAUSE_MS = 100,
    TICK_MS = 1000,
    RX_BYTES = 512,
    CLOSE_WAIT_S = 2,
    HEADER_BYTES =
        16 * 1024, /* all headers of a handshake; a browser's cookies are many */
};

_Static_assert(WS_WRITE_ROOM >= LWS_PRE, "room for the frame's header");

struct ws_server {
    struct loop *loop;
    struct ws_events events;
    struct lws_context *context;
    struct lws_vhost *vhost;
    int listener;
    struct watcher *watcher;
    struct timer *pause, *tick;
};

/* libwebsockets' memory of a session: zeroed when the connection is made. */
struct ws_conn {
    struct ws_server *server;
    struct lws *wsi;
    void *client;
    struct buf rx;
    int close_code;  /* 0: open */
    bool close_said; /* the Close frame is under way */
    const char *close_reason;
};

/* ---- The handshake ---- */

static struct str copy_header(struct lws *wsi, enum lws_token_indexes token, char *out,
                              size_t size)
{
    int len = lws_hdr_copy(wsi, out, (int)size, token);
    if (len < 0 || lws_hdr_total_length(wsi, token) == 0) {
        return STR_NONE;
    }
    return (struct str){out, (size_t)len};
}

static bool list_has(struct str list, struct str word)
{
    struct str item;
    while (str_cut(&list, ',', &item)) {
        if (str_eq_nocase(str_trim(item), word)) {
            return true;
        }
    }
    return false;
}

/* What RFC 6455 §4.2.1 asks of a handshake; libwebsockets lets much of it pass. The text
 * that comes with the callback may be freed memory (CVE-2025-11677): headers are copied. */
static int check_handshake(struct lws *wsi)
{
    char text[256];
    if (!str_eq_nocase(copy_header(wsi, WSI_TOKEN_UPGRADE, text, sizeof(text)),
                       STR("websocket")) ||
        !list_has(copy_header(wsi, WSI_TOKEN_CONNECTION, text, sizeof(text)),
                  STR("upgrade")) ||
        !str_eq(copy_header(wsi, WSI_TOKEN_VERSION, text, sizeof(text)), STR("13")) ||
        !str_eq(copy_header(wsi, WSI_TOKEN_HTTP, text, sizeof(text)),
                STR("HTTP/1.1"))) {
        return 426;
    }
    char path[64];
    if (!str_eq(copy_header(wsi, WSI_TOKEN_GET_URI, path, sizeof(path)),
                STR("/connection/websocket"))) {
        return lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) == 0 ? 426 : 404;
    }
    struct str protocols = copy_header(wsi, WSI_TOKEN_PROTOCOL, text, sizeof(text));
    if (protocols.ptr != NULL && !list_has(protocols, STR("centrifuge-json"))) {
        return 400;
    }
    return 101;
}

struct headers {
    char origin[512], cookies[8192], address[64];
    struct ws_request request;
};

static void read_headers(struct lws *wsi, struct headers *h)
{
    h->request.origin =
        copy_header(wsi, WSI_TOKEN_ORIGIN, h->origin, sizeof(h->origin));
    if (h->request.origin.ptr == NULL &&
        lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0) {
        h->request.origin = STR("too long"); /* nobody's */
    }
    h->request.cookies =
        copy_header(wsi, WSI_TOKEN_HTTP_COOKIE, h->cookies, sizeof(h->cookies));
    h->request.address =
        copy_header(wsi, WSI_TOKEN_HTTP_X_REAL_IP, h->address, sizeof(h->address));
    if (h->request.address.ptr == NULL) {
        h->request.address = STR("");
    }
}

static int confirm_upgrade(struct ws_server *s, struct lws *wsi)
{
    int status = check_handshake(wsi);
    if (status == 101) {
        struct headers *h = mem_alloc(sizeof(*h));
        read_headers(wsi, h);
        status = s->events.handshake(s->events.arg, &h->request);
        free(h);
    }
    if (status == 101) {
        return 0;
    }
    if (lws_return_http_status(wsi, (unsigned)status, NULL) != 0) {
        return -1;
    }
    return 1; /* answered */
}

/* ---- Messages ---- */

static int opened(struct ws_server *s, struct lws *wsi, struct ws_conn *c)
{
    c->server = s;
    c->wsi = wsi;
    buf_init(&c->rx, WS_FRAME_MAX);
    struct headers *h = mem_alloc(sizeof(*h));
    read_headers(wsi, h);
    c->client = s->events.opened(s->events.arg, c, &h->request);
    free(h);
    return c->client != NULL ? 0 : -1;
}

static void received(struct ws_conn *c, const char *bytes, size_t len)
{
    if (c->close_code != 0) {
        return;
    }
    if (lws_frame_is_binary(c->wsi)) {
        ws_close(c, WS_UNSUPPORTED, "text only");
        return;
    }
    if (c->rx.len + len + lws_remaining_packet_payload(c->wsi) > WS_FRAME_MAX) {
        ws_close(c, WS_TOO_BIG, "message too big");
        return;
    }
    bool whole =
        lws_is_final_fragment(c->wsi) && lws_remaining_packet_payload(c->wsi) == 0;
    struct str text = {bytes, len};
    if (!whole || c->rx.len > 0) {
        buf_bytes(&c->rx, bytes, len);
        text = buf_view(&c->rx);
    }
    if (!whole) {
        return;
    }
    if (!utf8_valid(text)) {
        ws_close(c, WS_BAD_DATA, "bad UTF-8");
        return;
    }
    c->server->events.received(c->client, text);
    buf_finish(&c->rx);
}

static int writable(struct ws_conn *c)
{
    if (c->close_said) {
        return 0; /* a second refusal would cut the Close frame off */
    }
    if (c->close_code != 0) {
        c->close_said = true;
        lws_close_reason(c->wsi, (enum lws_close_status)c->close_code,
                         (unsigned char *)(uintptr_t)c->close_reason,
                         strlen(c->close_reason));
        return -1;
    }
    c->server->events.writable(c->client);
    return 0;
}

static void closed(struct ws_conn *c)
{
    if (c->client != NULL) {
        c->server->events.closed(c->client);
        c->client = NULL;
    }
    buf_finish(&c->rx);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                    void *in, size_t len)
{
    struct ws_conn *c = user;
    struct ws_server *s = lws_context_user(lws_get_context(wsi));
    switch ((int)reason) {
    case LWS_CALLBACK_HTTP: /* no upgrade at all */
        if (lws_return_http_status(wsi, 426, NULL) != 0) {
            return -1;
        }
        return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return confirm_upgrade(s, wsi);
    case LWS_CALLBACK_ESTABLISHED:
        return opened(s, wsi, c);
    case LWS_CALLBACK_RECEIVE:
        received(c, in, len);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return writable(c);
    case LWS_CALLBACK_CLOSED:
        closed(c);
        return 0;
    default:
        return 0;
    }
}

/* Absent subprotocols take the first. */
static const struct lws_protocols protocols[] = {
    {.name = "centrifuge-json",
     .callback = callback,
     .per_session_data_size = sizeof(struct ws_conn),
     .rx_buffer_size = RX_BYTES},
    {.name = NULL},
};

/* ---- Accepting ---- */

static void resume_accepting(void *arg)
{
    struct ws_server *s = arg;
    if (s->watcher != NULL) {
        watcher_want(s->watcher, true, false);
    }
}

static void accept_some(void *arg, bool readable, bool unused)
{
    struct ws_server *s = arg;
    (void)readable;
    (void)unused;
    for (int i = 0; i < ACCEPT_BATCH; i++) {
        int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            (void)lws_adopt_socket_vhost(s->vhost, fd); /* closes it when it cannot */
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            log_warn("accept.refused", "errno=%d", errno);
            watcher_want(s->watcher, false, false);
            timer_start(s->pause, ACCEPT_PAUSE_MS);
            return;
        }
    }
}

/* libwebsockets' own timers do not fire under libev unless it is woken. */
static void wake_timers(void *arg)
{
    struct ws_server *s = arg;
    lws_cancel_service(s->context);
}

static void log_line(int level, const char *line)
{
    log_event(level == LLL_ERR ? LOG_WARN : LOG_DEBUG, "lws.said", "text=\"%s\"", line);
}

enum err ws_open(struct ws_server **out, struct loop *l, const char *path,
                 const struct ws_events *e)
{
    *out = NULL;
    int listener = listen_systemd_or_unix(path, 0660);
    if (listener < 0) {
        return E_UNAVAILABLE;
    }
    lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
    struct ws_server *s = mem_alloc(sizeof(*s));
    s->loop = l;
    s->events = *e;
    s->listener = listener;
    /* Pings are the protocol's own; libwebsockets' are a sorted list, and slow. */
    static const lws_retry_bo_t no_pings = {.secs_since_valid_ping = 1,
                                            .secs_since_valid_hangup = 0};
    void *loops[1] = {loop_native(l)};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_DISABLE_IPV6,
        .foreign_loops = loops,
        .user = s,
        .retry_and_idle_policy = &no_pings,
        .server_string = "moothall",
        .max_http_header_data = HEADER_BYTES,
    };
    s->context = lws_create_context(&info);
    s->vhost = s->context != NULL ? lws_get_vhost_by_name(s->context, "default") : NULL;
    if (s->vhost == NULL) {
        log_error("lws.failed", "what=context");
        abort();
    }
    s->pause = timer_create_on(l, resume_accepting, s);
    s->tick = timer_create_on(l, wake_timers, s);
    timer_repeat(s->tick, TICK_MS);
    s->watcher = watcher_create(l, listener, accept_some, s);
    watcher_want(s->watcher, true, false);
    *out = s;
    return E_OK;
}

void ws_stop_listening(struct ws_server *s)
{
    if (s->watcher != NULL) {
        watcher_destroy(s->watcher);
        s->watcher = NULL;
        close(s->listener);
    }
}

void ws_destroy(struct ws_server *s)
{
    if (s != NULL) {
        ws_stop_listening(s);
        timer_destroy(s->pause);
        timer_destroy(s->tick);
        lws_context_destroy(s->context);
        free(s);
    }
}

/* ---- One connection ---- */

void ws_want_write(struct ws_conn *c)
{
    (void)lws_callback_on_writable(c->wsi);
}

void ws_write(struct ws_conn *c, char *bytes, size_t len)
{
    /* libwebsockets keeps what the socket did not take, and says writable only after that;
     * a broken connection shows up as closed. */
    (void)lws_write(c->wsi, (unsigned char *)bytes, len, LWS_WRITE_TEXT);
}

void ws_close(struct ws_conn *c, int code, const char *reason)
{
    if (c->close_code == 0) {
        c->close_code = code;
        c->close_reason = reason;
        lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_REASON_BASE, CLOSE_WAIT_S);
        ws_want_write(c);
    }
}
