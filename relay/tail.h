/* The entries of a channel: its tail (delivered) and what is pending behind a hole; and
 * asking the api for those that are in neither. */
#ifndef MOOTHALL_RELAY_TAIL_H
#define MOOTHALL_RELAY_TAIL_H

#include "relay/channel.h"

void entry_free(struct entry *e);

void tail_append(struct channel *ch,
                 struct entry *e);   /* takes it; trims to the bounds */
void tail_clear(struct channel *ch); /* floor = top */
/* Those seqs ("3,17") were blanked: the tail no longer reaches down to them. */
void tail_void(struct channel *ch, struct str seqs);
/* The first entry above seq; NULL when there is none. */
struct entry *tail_after(const struct channel *ch, int64_t seq);

/* A copy of the envelope, in its place. At the bound the whole of pending is given up:
 * it is asked for again, as want says. */
void pending_put(struct channel *ch, const struct envelope *e);
struct entry *pending_first(const struct channel *ch);
void pending_take(struct channel *ch,
                  struct entry *e); /* out of the list; the caller's */
void pending_clear(struct channel *ch);

/* Asks for up to CHANNEL_FETCH_EVENTS envelopes after a seq. */
void tail_ask(struct relay *r, int64_t group, int64_t after, ask_fn *fn,
              uint64_t client);
/* The next envelope of the answer's body. False at its end, or when it is malformed. */
bool tail_answer_next(struct str *body, struct envelope *e);

#endif
