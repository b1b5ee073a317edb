/* Bans: who may not come back into a group, by no invite, until it is lifted. */
#ifndef MOOTHALL_API_STORE_BANS_H
#define MOOTHALL_API_STORE_BANS_H

#include "api/store/memberships.h"

struct ban {
    struct user user;
    struct user banned_by;
    int64_t created_at;
};

/* `{user, banned_by, created_at}` */
void ban_write(struct json_writer *w, const struct ban *b);
/* Newest first, before (created_at, user), at most limit + 1. */
must_check enum err bans_list(struct db *db, int64_t group, int64_t created_at,
                              int64_t user, int64_t limit, struct arena *arena,
                              struct ban **rows, size_t *len);

/* Inside a job. By an admin over members and strangers, by an owner over all; nobody
 * bans himself (E_CONFLICT). Banned already: as it is. */
must_check enum err bans_put(struct tx *tx, const struct caller *who, int64_t group,
                             int64_t user);
/* E_NOT_FOUND when there is none. */
must_check enum err bans_lift(struct tx *tx, const struct caller *who, int64_t group,
                              int64_t user);

#endif
