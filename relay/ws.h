/* The adapter of libwebsockets: the relay's listening socket, the WebSocket handshake and
 * frames. Knows nothing of what is said over them. One thread: the loop's.
 *
 * Lifetime: a ws_conn lives from opened to closed, whoever ends it. */
#ifndef MOOTHALL_RELAY_WS_H
#define MOOTHALL_RELAY_WS_H

#include "lib/err.h"
#include "lib/loop.h"
#include "lib/str.h"

enum {
    WS_FRAME_MAX = 256 * 1024, /* one message, over its fragments */
    WS_JOIN_MAX = 16 * 1024,   /* what goes out together */
};

/* Close codes of RFC 6455 §7.4.1 that we send ourselves. */
enum {
    WS_UNSUPPORTED = 1003,
    WS_BAD_DATA = 1007,
    WS_TOO_BIG = 1009,
    WS_RESTART = 1012
};

struct ws_server;
struct ws_conn;

/* What the handshake said. Borrowed texts, valid during the call. */
struct ws_request {
    struct str origin;  /* ptr NULL: none */
    struct str cookies; /* ptr NULL: none */
    struct str address; /* of the client, as nginx tells it; "" when it does not */
};

struct ws_events {
    void *arg;
    /* 101, or the HTTP status to refuse with. */
    int (*handshake)(void *arg, const struct ws_request *rq);
    /* NULL refuses. What it returns is handed to the others. */
    void *(*opened)(void *arg, struct ws_conn *c, const struct ws_request *rq);
    void (*received)(void *client, struct str text); /* a whole text message */
    /* Now ws_write may be called, once. */
    void (*writable)(void *client);
    void (*closed)(void *client); /* the last call */
};

/* Listens at path (unix, mode 0660), or at the socket that systemd passed. */
must_check enum err ws_open(struct ws_server **out, struct loop *l, const char *path,
                            const struct ws_events *e);
void ws_stop_listening(struct ws_server *s);
void ws_destroy(struct ws_server *s); /* calls closed for what is still open */

void ws_want_write(struct ws_conn *c);
/* In writable only. bytes has WS_WRITE_ROOM bytes before it that may be overwritten. */
#define WS_WRITE_ROOM 32
void ws_write(struct ws_conn *c, char *bytes, size_t len);
/* Sends a Close frame behind what is written already, then ends. A peer that does not take
 * it within two seconds is cut. Later calls change nothing. reason: constant text. */
void ws_close(struct ws_conn *c, int code, const char *reason);

#endif
