#include "relay/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "lib/clock.h"
#include "lib/crypto.h"
#include "lib/id.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "relay/address.h"
#include "relay/subscribe.h"
#include "relay/user.h"

enum {
    CONNECT_WAIT_MS = 10000,
    PONG_WAIT_S = 8,
};

static const char *const state_names[] = {"new", "connecting", "ready", "closing"};

struct client *client_find(const struct relay *r, uint64_t id)
{
    struct client *c = NULL;
    HASH_FIND(hh, r->clients, &id, sizeof(id), c);
    return c != NULL && c->state != CLIENT_CLOSING ? c : NULL;
}

void client_enter_state(struct client *c, enum client_state state)
{
    log_debug("client.moved", "client=%llu from=%s to=%s", (unsigned long long)c->id,
              state_names[c->state], state_names[state]);
    c->state = state;
}

/* ---- Lists: fresh until connected, then a slot of the wheel ---- */

static void unlist(struct client *c)
{
    struct relay *r = c->relay;
    if (c->slot == SIZE_MAX) {
        DL_DELETE(r->fresh, c);
    } else {
        DL_DELETE(r->wheel[c->slot], c);
    }
}

void client_ready(struct client *c)
{
    struct relay *r = c->relay;
    uint32_t random = 0;
    crypto_random(&random, sizeof(random));
    unlist(c);
    c->slot = random % (size_t)r->settings->ping;
    DL_APPEND(r->wheel[c->slot], c);
    client_enter_state(c, CLIENT_READY);
}

/* ---- Sending ---- */

void client_send(struct client *c, struct frame *f)
{
    if (c->state == CLIENT_CLOSING) {
        return;
    }
    if (!outq_push(&c->out, f)) {
        client_close(c, CLOSE_SLOW, "slow");
        return;
    }
    if (c->out.len == 1) {
        ws_want_write(c->conn);
    }
}

void client_send_text(struct client *c, struct str line)
{
    struct frame *f = frame_create(line);
    client_send(c, f);
    frame_unref(&f);
}

/* All that waits for one client goes out through here. */
void clients_writable(void *client)
{
    static char small[WS_WRITE_ROOM + WS_JOIN_MAX];
    struct client *c = client;
    size_t next = outq_next_len(&c->out);
    if (next == 0) {
        return;
    }
    char *bytes = next <= WS_JOIN_MAX ? small : mem_alloc(WS_WRITE_ROOM + next);
    size_t len = outq_take(&c->out, bytes + WS_WRITE_ROOM, WS_JOIN_MAX);
    ws_write(c->conn, bytes + WS_WRITE_ROOM, len);
    if (bytes != small) {
        free(bytes);
    }
    if (c->out.len > 0) {
        ws_want_write(c->conn);
    }
}

void client_reply(struct client *c, int64_t id, struct str members)
{
    struct buf line = BUF_INIT(WIRE_MAX_BYTES);
    buf_printf(&line, "{\"id\":%lld,", (long long)id);
    buf_str(&line, members);
    buf_char(&line, '}');
    struct frame *f = frame_create(buf_view(&line));
    f->is_reply = true;
    client_send(c, f);
    frame_unref(&f);
    buf_finish(&line);
}

static const struct {
    int code;
    bool temporary;
    const char *message;
} errors[] = {
    {ERROR_INTERNAL, true, "not available now"},
    {ERROR_UNAUTHORIZED, false, "unauthorized"},
    {ERROR_DENIED, false, "permission denied"},
    {ERROR_NO_METHOD, false, "method not found"},
    {ERROR_ALREADY, false, "already subscribed"},
    {ERROR_LIMIT, false, "limit exceeded"},
    {ERROR_BAD_REQUEST, false, "bad request"},
    {ERROR_NOT_AVAILABLE, false, "not available"},
    {ERROR_TOO_MANY, true, "too many requests"},
};

void client_reply_error(struct client *c, int64_t id, int code)
{
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (errors[i].code == code) {
            char members[128];
            snprintf(members, sizeof(members),
                     "\"error\":{\"code\":%d,\"message\":\"%s\"%s}", code,
                     errors[i].message,
                     errors[i].temporary ? ",\"temporary\":true" : "");
            client_reply(c, id, str_of(members));
        }
    }
}

int client_error_code(enum err e)
{
    switch (err_status(e)) {
    case 503:
        return ERROR_INTERNAL;
    case 429:
        return ERROR_TOO_MANY;
    case 400:
    case 413:
        return ERROR_BAD_REQUEST;
    default:
        return ERROR_DENIED;
    }
}

/* ---- Life and death ---- */

int clients_handshake(void *arg, const struct ws_request *rq)
{
    struct relay *r = arg;
    if (rq->origin.ptr != NULL && !settings_is_own_origin(r->settings, rq->origin)) {
        return 403;
    }
    if (r->stopping) {
        return 503;
    }
    return address_admits(r, rq->address) ? 101 : 429;
}

static struct str session_cookie(const struct settings *s, struct str cookies)
{
    struct str name =
        settings_is_https(s) ? STR("__Host-moothall_session") : STR("moothall_session");
    struct str found = STR_NONE;
    struct str pair;
    while (str_cut(&cookies, ';', &pair)) {
        struct str key;
        if (str_cut(&pair, '=', &key) && pair.ptr != NULL &&
            str_eq(str_trim(key), name)) {
            if (found.ptr != NULL) {
                return STR_NONE; /* two of them: nobody can tell which is ours */
            }
            found = str_trim(pair);
        }
    }
    return found;
}

void *clients_opened(void *arg, struct ws_conn *conn, const struct ws_request *rq)
{
    struct relay *r = arg;
    struct client *c = mem_alloc(sizeof(*c));
    c->relay = r;
    c->conn = conn;
    c->id = ++r->last_client;
    c->slot = SIZE_MAX;
    c->began_ms = clock_mono_ms();
    c->tokens = r->settings->limit_commands.burst;
    c->tokens_ms = c->began_ms;
    buf_init(&c->held, WS_FRAME_MAX);
    struct str cookie = session_cookie(r->settings, rq->cookies);
    if (cookie.ptr != NULL) {
        c->cookie = (struct str){mem_dup(cookie), cookie.len};
    }
    c->address = mem_dup(rq->address);
    address_opened(r, rq->address);
    HASH_ADD(hh, r->clients, id, sizeof(c->id), c);
    DL_APPEND(r->fresh, c);
    return c;
}

static void log_end(const struct client *c, int code, const char *reason)
{
    log_info("client.closed",
             "client=%llu user=%s code=%d reason=\"%s\" waiting=%zu ms=%lld",
             (unsigned long long)c->id, c->user != 0 ? ID_TEXT(c->user) : "-", code,
             reason, c->out.len, (long long)(clock_mono_ms() - c->began_ms));
}

void client_close(struct client *c, int code, const char *reason)
{
    if (c->state == CLIENT_CLOSING) {
        return;
    }
    client_enter_state(c, CLIENT_CLOSING);
    log_end(c, code, reason);
    subscriptions_end(c);
    outq_finish(&c->out);
    ws_close(c->conn, code, reason);
}

void clients_closed(void *client)
{
    struct client *c = client;
    struct relay *r = c->relay;
    if (c->state != CLIENT_CLOSING) {
        log_end(c, 0, "left");
        client_enter_state(c, CLIENT_CLOSING);
        subscriptions_end(c);
    }
    user_leave(c);
    address_closed(r, str_of(c->address));
    unlist(c);
    HASH_DELETE(hh, r->clients, c);
    timer_destroy(c->soon);
    outq_finish(&c->out);
    buf_finish(&c->held);
    free((char *)(uintptr_t)c->cookie.ptr);
    free(c->address);
    free(c);
}

/* ---- Each second ---- */

static void check_fresh(struct relay *r, int64_t now)
{
    struct client *c;
    struct client *next;
    DL_FOREACH_SAFE(r->fresh, c, next)
    {
        if (now - c->began_ms < CONNECT_WAIT_MS) {
            return; /* the rest is younger */
        }
        client_close(c, CLOSE_STALE, "stale");
    }
}

static void ping_slot(struct relay *r, size_t slot)
{
    struct frame *ping = frame_create(STR("{}"));
    struct client *c;
    struct client *next;
    DL_FOREACH_SAFE(r->wheel[slot], c, next)
    {
        if (c->state == CLIENT_READY) {
            if (c->out.len == 0) {
                c->recovered_events = 0;
                c->recovered_bytes = 0;
            }
            if (c->pings_out++ == 0) {
                /* looked at in whole seconds, which may come a little early */
                c->pong_due_ms = clock_mono_ms() + PONG_WAIT_S * 1000 - 500;
            }
            client_send(c, ping);
        }
    }
    frame_unref(&ping);
}

static void check_slot(struct relay *r, size_t slot, int64_t now)
{
    struct client *c;
    struct client *next;
    DL_FOREACH_SAFE(r->wheel[slot], c, next)
    {
        if (c->pings_out > 0 && c->pong_due_ms <= now) {
            client_close(c, CLOSE_NO_PONG, "no pong");
        }
    }
}

static void check_expiry(struct relay *r, int64_t now)
{
    struct client *c;
    struct client *next;
    HASH_ITER(hh, r->clients, c, next)
    {
        if (c->expires_ms != 0 && c->expires_ms <= now) {
            client_close(c, CLOSE_ENDED, "session ended");
        }
    }
}

void clients_tick(struct relay *r)
{
    int64_t now = clock_mono_ms();
    int64_t interval = r->settings->ping;
    r->seconds++;
    check_fresh(r, now);
    if (r->seconds >= PONG_WAIT_S) {
        check_slot(r, (size_t)((r->seconds - PONG_WAIT_S) % interval), now);
    }
    ping_slot(r, (size_t)(r->seconds % interval));
    check_expiry(r, now);
}
