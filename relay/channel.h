/* The log of a group as this relay has it: its last envelopes, in order, and who listens.
 *
 *        floor                top           want
 *   ───────┼──── tail ──────────┼ ─ ─ hole ─ ─┼─ pending …
 *
 * Envelopes at or below top are known; the next in order is delivered at once; those past
 * a hole wait in pending, and when the hole lasts, the api is asked for what is missing.
 * A channel without listeners is forgotten within a second or two. */
#ifndef MOOTHALL_RELAY_CHANNEL_H
#define MOOTHALL_RELAY_CHANNEL_H

#include <uthash.h>

#include "relay/frame.h"
#include "relay/relay.h"

enum {
    CHANNEL_TAIL_BYTES = 128 * 1024,
    CHANNEL_TAIL_EVENTS = 300,
    CHANNEL_FETCH_EVENTS = 300, /* more behind: subscribers start anew */
    CHANNEL_FETCH_BYTES = 256 * 1024,
    CHANNEL_HOLE_MS = 50,
};

struct entry {
    int64_t seq;
    struct frame *frame; /* owned reference */
    int64_t drop;        /* this user's subscriptions end before it; 0: nobody's */
    bool gone;
    struct entry *prev, *next;
};

struct channel {
    struct relay *relay;
    int64_t group;
    char name[WIRE_CHANNEL_SIZE];
    bool known; /* top is; from the first answer about the group on */
    int64_t floor, top, want;
    int64_t fetch_from; /* top when the tail was asked for, */
    int64_t heads_from; /* and the head: an answer below it is of another log */
    struct entry *tail; /* floor+1 … top */
    size_t tail_len, tail_bytes;
    struct entry *pending; /* ascending, above top */
    size_t pending_len, pending_bytes;
    struct timer *hole;
    bool fetching;
    int64_t
        reset_ms; /* monotonic: when its subscribers were last made to resubscribe */
    bool has_behind;
    struct subscription *subscriptions;
    size_t subscription_count;
    UT_hash_handle hh;
};

/* Finds it, or makes it and begins to listen. */
struct channel *channel_open(struct relay *r, int64_t group);
struct channel *channel_find(const struct relay *r, int64_t group);
bool channel_is_heard(const struct channel *ch); /* the bus has confirmed it */

/* Somebody who knows says that the log goes up to head. */
void channel_learn_head(struct channel *ch, int64_t head);
void channel_received(struct relay *r, struct str id, struct str message);
/* Nobody may listen any more: all subscriptions end. */
void channel_end(struct channel *ch);
/* Delivers what waited while the relay was healing. */
void channel_drain(struct channel *ch);
/* The log is another (epoch, or a head below top): everything known of it is void, and its
 * subscribers start anew from head. */
void channel_reset(struct channel *ch, int64_t head);
/* Another epoch: all channels at once. True when it is the one that we know. */
bool channels_check_epoch(struct relay *r, struct str epoch);
void channels_tick(struct relay *r); /* each second */
void channels_destroy(struct relay *r);

/* The publication in a group's frame: {"data":…,"offset":…}. */
struct str channel_publication(struct str frame);

#endif
