/* The log of a group: whatever changes in it takes the next seq and is told to all.
 * Appending writes the row and announces the envelope; what is read later
 * (GET events, recovery) is built from the same row by the same function. */
#ifndef MOOTHALL_API_STORE_EVENTS_H
#define MOOTHALL_API_STORE_EVENTS_H

#include "api/store/writer.h"
#include "lib/json.h"

enum event_type {

#define EVENT(name, text) EVENT_##name,
#include "api/store/events.def"
#undef EVENT
    EVENT_COUNT
};

enum { EVENTS_MAX = 1000 }; /* in one answer */

struct event_new {
    int64_t group;
    int64_t seq; /* from events_next_seq */
    enum event_type type;
    int64_t actor;       /* user id */
    int64_t message_seq; /* the message it is about; 0: none */
    int64_t user;        /* whom it is about, told as "user":{…}; 0: nobody */
    struct str data;  /* finished members: "role":"admin"; empty for message events */
    int64_t drop;     /* this user's subscriptions end before it; 0: nobody's */
    struct str voids; /* these seqs are blanked in the relays' tails: "3,17" */
};

/* The group's next number: UPDATE … RETURNING head. E_NOT_FOUND when it is gone; so
 * GROUP_DELETED, which ends the channel, is added before the group is marked. */
must_check enum err events_next_seq(struct tx *tx, int64_t group, int64_t *seq);
/* For message events the message's row must be there already. */
must_check enum err events_append(struct tx *tx, const struct event_new *e);
/* The usual case: next seq and append in one; *seq may be NULL. */
must_check enum err events_add(struct tx *tx, struct event_new *e, int64_t *seq);

/* Events after a seq, ascending, as {"type","seq",…} objects: calls each for every one.
 * At most count of them (1 … EVENTS_MAX); data lives in arena. */
struct event_row {
    int64_t seq;
    int64_t drop; /* 0: none */
    bool gone;
    struct str json; /* the event object */
};
must_check enum err events_after(struct db *db, int64_t group, int64_t after,
                                 int64_t count, struct arena *arena,
                                 struct event_row **rows, size_t *len);
/* The seq of the last event; *gone: the group was deleted, or never was. */
must_check enum err events_head(struct db *db, int64_t group, int64_t *head,
                                bool *gone);
/* The envelope of an event, as PUBLISHed and as answered to a tail ask. */
void event_envelope(struct buf *out, const char *epoch, int64_t group,
                    const struct event_row *row, struct str voids);

#endif
