/* The questions of relays that are answered by reading: session, listen, tail, heads,
 * standing (lib/wire.h has their words). Each is answered in one read transaction. */
#ifndef MOOTHALL_API_BUS_ASKS_H
#define MOOTHALL_API_BUS_ASKS_H

#include "api/store/caller.h"
#include "api/store/db.h"
#include "lib/wire.h"

struct ask {
    struct db *db;
    struct arena *arena;      /* of this ask */
    int64_t now_ms;           /* wall clock */
    struct wire_reader words; /* what follows the verb */
    struct caller caller; /* session: who it turned out to be; it may be due a touch */
};

/* Adds what follows "ok" to out, header and body; anything but E_OK is answered as that
 * code alone. E_BAD_REQUEST: not as lib/wire.h has it. */
typedef enum err ask_fn(struct ask *a, struct buf *out);

/* NULL: no such verb among these. */
ask_fn *asks_find(struct str verb);

#endif
