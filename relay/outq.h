/* What waits to be sent to one client: counted frames, first in, first out. Bounded in
 * bytes, in events and in frames; past any the client is slow, and to be closed (3008).
 * Replies are no events: a thousand subscribes are answered at once. */
#ifndef MOOTHALL_RELAY_OUTQ_H
#define MOOTHALL_RELAY_OUTQ_H

#include "relay/frame.h"

enum { OUTQ_MAX_BYTES = 1 << 20, OUTQ_MAX_EVENTS = 1000, OUTQ_MAX_FRAMES = 4000 };

struct outq {
    struct frame **slots; /* a ring; owned, NULL while nothing waits */
    size_t cap, first, len, bytes, events;
};

void outq_finish(struct outq *q);
/* Takes a reference of its own. False at a bound; the queue is unchanged then. */
must_check bool outq_push(struct outq *q, struct frame *f);
/* Moves whole frames to out, joined by newlines, while they fit into max bytes; one that
 * is larger goes alone (out then needs outq_next_len bytes). Returns the bytes written. */
size_t outq_take(struct outq *q, char *out, size_t max);
size_t outq_next_len(const struct outq *q); /* of the first frame; 0: nothing waits */

#endif
