/* One connection and what it is to us.
 *
 *   NEW ─connect─▶ CONNECTING ─answer─▶ READY ─▶ CLOSING
 *
 * Everything that takes time refers to a client by its id and looks it up again: the
 * client may be gone by then. It is freed only when its socket has closed. */
#ifndef MOOTHALL_RELAY_CLIENT_H
#define MOOTHALL_RELAY_CLIENT_H

#include <uthash.h>

#include "relay/outq.h"
#include "relay/relay.h"

enum client_state { CLIENT_NEW, CLIENT_CONNECTING, CLIENT_READY, CLIENT_CLOSING };

/* Close codes of the protocol: below 3500 the client comes back by itself. */
enum {
    CLOSE_SLOW = 3008,
    CLOSE_NO_PONG = 3012,
    CLOSE_TOO_MANY = 3013,
    CLOSE_INVALID_TOKEN = 3500,
    CLOSE_BAD_REQUEST = 3501,
    CLOSE_STALE = 3502,
    CLOSE_ENDED = 3503,
};

struct client {
    struct relay *relay;  /* borrowed */
    struct ws_conn *conn; /* borrowed; ends when closed is called */
    uint64_t id;
    enum client_state state;
    struct str cookie; /* owned; the session cookie of the handshake, or ptr NULL */
    char *address;     /* owned */
    struct outq out;

    int64_t user, session, token_group; /* from READY on; user also while CONNECTING */
    int64_t expires_ms;                 /* monotonic; 0: not for long */
    int64_t asked_ms;                   /* monotonic: when its session was asked for */
    int64_t connect_id;                 /* of the connect command */
    struct user *of; /* relay/user.h; set from the session's answer on */
    struct client *user_prev, *user_next;

    struct buf held; /* lines that came behind connect, until it is answered */
    struct subscription *subscriptions; /* by group (subscribe.c) */
    size_t subscription_count;
    size_t recovered_events,
        recovered_bytes; /* since a ping that found nothing waiting */
    struct timer *soon;  /* batches the subscribes of a frame into one ask */

    double tokens; /* of the command limit */
    int64_t tokens_ms;
    unsigned pings_out;  /* pings without their pong yet */
    int64_t pong_due_ms; /* monotonic: of the oldest of them */
    int64_t began_ms;
    struct client *prev, *next; /* in relay->fresh, or in a slot of the wheel */
    size_t slot;
    UT_hash_handle hh;
};

struct client *client_find(const struct relay *r,
                           uint64_t id); /* NULL: gone or closing */

/* Queues a finished line. A client that does not keep up is closed. */
void client_send(struct client *c, struct frame *f);
void client_send_text(struct client *c, struct str line);
/* The one way out; the first call counts. */
void client_close(struct client *c, int code, const char *reason);
void client_enter_state(struct client *c, enum client_state state);
/* From CONNECTING to READY: leaves fresh for the wheel. */
void client_ready(struct client *c);

/* Replies: {"id":…,…} */
void client_reply(struct client *c, int64_t id, struct str members);
void client_reply_error(struct client *c, int64_t id, int code);
int client_error_code(enum err e); /* of the protocol, for an api's refusal */

enum {
    ERROR_INTERNAL = 100, /* temporary */
    ERROR_UNAUTHORIZED = 101,
    ERROR_DENIED = 103,
    ERROR_NO_METHOD = 104,
    ERROR_ALREADY = 105,
    ERROR_LIMIT = 106,
    ERROR_BAD_REQUEST = 107,
    ERROR_NOT_AVAILABLE = 108,
    ERROR_TOO_MANY = 111, /* temporary */
};

/* The socket's events (ws.h), with a struct relay as arg. */
int clients_handshake(void *arg, const struct ws_request *rq);
void *clients_opened(void *arg, struct ws_conn *c, const struct ws_request *rq);
void clients_writable(void *client);
void clients_closed(void *client);
/* Each second: pings, missing pongs, sockets that never connected, sessions that expire. */
void clients_tick(struct relay *r);

#endif
