/* Questions to the api over the bus (lib/wire.h), each with one answer or a failure. At
 * most 1,000 are out at once; more wait their turn, up to 20,000, and no longer than the
 * deadline. The apis are known by their beats; one that nobody hears on is forgotten. */
#ifndef MOOTHALL_RELAY_ASK_H
#define MOOTHALL_RELAY_ASK_H

#include "lib/buf.h"
#include "lib/bus.h"
#include "lib/err.h"
#include "lib/wire.h"

struct asks;

/* code: what the api said; E_UNAVAILABLE when nobody did in time (outcome unknown).
 * answer: the words behind the code, and the body; only for E_OK. */
typedef void ask_fn(void *arg, uint64_t client, int64_t group, enum err code,
                    struct wire_reader *answer);

struct asks *asks_create(struct loop *l, struct bus *b, const char *relay_name);
/* Every ask fails; whoever is called back must not ask again. The bus must be gone. */
void asks_destroy(struct asks *a);

/* An api's beat. False when it is a new one, or a beat before this one was missed. */
bool asks_heard_api(struct asks *a, struct str boot, int64_t number);
bool asks_have_api(const struct asks *a);

/* words: the verb and its words, begun with a space, LF, body: as ask_begin/wire_* wrote
 * them. client and group are handed back, so that the caller can find its objects again
 * (they may be gone by then). fn is called exactly once, never from within. */
void asks_send(struct asks *a, struct str words, ask_fn *fn, void *arg, uint64_t client,
               int64_t group);
void asks_answered(struct asks *a, struct str message); /* from the answer channel */

/* Begins the words of an ask. */
void ask_begin(struct buf *b, const char *verb);

#endif
