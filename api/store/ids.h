/* A list of ids that grows in an arena: what a job reads before it writes. */
#ifndef MOOTHALL_API_STORE_IDS_H
#define MOOTHALL_API_STORE_IDS_H

#include "api/store/db.h"

struct ids {
    int64_t *at;
    size_t len;
    size_t cap;
};

void ids_add(struct ids *list, struct arena *arena, int64_t id);
/* All rows of a bound statement, first column; ends it. */
must_check enum err ids_read(struct ids *list, struct arena *arena, struct stmt *s);

#endif
