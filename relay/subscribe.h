/* A client's subscription to a group's channel, and how one comes about without losing an
 * event or letting anybody in who may not be:
 *
 *   HEARING    the bus confirms the channel; from here on live envelopes are kept
 *   CONFIRMED  waits for the other subscribes of the frame
 *   ASKED      may this user listen, and what is the head (one ask for all)
 *   FETCHING   what was missed and is no longer in the tail
 *   LIVE       answered; every event above position is sent, in order
 *   BEHIND     the log moved on without it: to be told to resubscribe */
#ifndef MOOTHALL_RELAY_SUBSCRIBE_H
#define MOOTHALL_RELAY_SUBSCRIBE_H

#include "lib/json.h"
#include "relay/channel.h"
#include "relay/client.h"

enum subscription_state {
    SUB_HEARING,
    SUB_CONFIRMED,
    SUB_ASKED,
    SUB_FETCHING,
    SUB_LIVE,
    SUB_BEHIND,
};

/* Codes of the unsubscribe push: from 2500 on the client subscribes again by itself. */
enum { UNSUBSCRIBE_SERVER = 2000, UNSUBSCRIBE_INSUFFICIENT = 2500 };

enum { RECOVER_EVENTS = 300, RECOVER_BYTES = 256 * 1024 }; /* a channel */

enum { RECOVER_ALL_EVENTS = 900, RECOVER_ALL_BYTES = 512 * 1024 }; /* a connection */

struct subscription {
    struct client *client;
    struct channel *channel;
    int64_t group;
    enum subscription_state state;
    uint64_t generation; /* tells it from one before it on the same channel */
    int64_t command_id;
    bool recover;
    int64_t since; /* the client's offset */
    bool epoch_matters;
    char epoch[WIRE_WORD_SIZE];
    int64_t allowed_at; /* the head at which the user was a member */
    int64_t position;   /* the last seq sent */
    int tries;
    int64_t due_ms;                   /* BEHIND: when it is told */
    struct subscription *prev, *next; /* of the channel */
    UT_hash_handle hh;                /* of the client, by group */
};

void subscribe_command(struct client *c, int64_t id, const struct json *request);
void unsubscribe_command(struct client *c, int64_t id, const struct json *request);
/* Its reply has gone out: it is LIVE or BEHIND. One in progress has an answer of its own
 * to come. */
bool subscription_is_answered(const struct subscription *s);
uint64_t subscription_last_generation(void);
/* NULL unless this client is subscribed to the named channel, live. */
struct subscription *subscription_find_live(struct client *c, struct str channel);
/* "group:<id>"; false for anything else. */
bool channel_name_parse(struct str name, int64_t *group);

void subscriptions_confirmed(struct relay *r, struct str group); /* by the bus */
/* The bus is gone: those who wait for its confirmation are refused, for now. */
void subscriptions_refuse_waiting(struct relay *r);
void subscription_deliver(struct subscription *s, int64_t seq, struct frame *f);
void subscription_tell(struct subscription *s, struct frame *f); /* without a seq */
/* user was removed at seq. */
void subscription_drop(struct subscription *s, int64_t user, int64_t seq);
/* Ends a live one with the unsubscribe push; one in progress is refused in its reply. */
void subscription_end(struct subscription *s, int code, const char *reason);
void subscription_fall_behind(struct subscription *s, size_t among);
/* False while it is behind and not due. */
bool subscription_resubscribe_if_due(struct subscription *s, int64_t now_ms);
void subscriptions_end(struct client *c); /* all of a client that goes */

#endif
