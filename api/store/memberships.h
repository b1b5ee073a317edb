/* Memberships: who is in a group, with which role. Every change checks the caller's
 * rights itself, inside the transaction, and tells the group and the person. */
#ifndef MOOTHALL_API_STORE_MEMBERSHIPS_H
#define MOOTHALL_API_STORE_MEMBERSHIPS_H

#include "api/store/access.h"
#include "api/store/groups.h"
#include "api/store/users.h"

struct member {
    struct user user;
    enum role role;
    int64_t joined_at;
    int64_t muted_until; /* 0: not muted */
};

/* `{user, role, joined_at, muted_until, online}` */
void member_write(struct json_writer *w, const struct member *m);

must_check enum err memberships_load(struct db *db, int64_t group, int64_t user,
                                     struct arena *arena, struct member *out);
/* In the order of joining, after (joined_at, user), at most limit + 1. */
must_check enum err memberships_list(struct db *db, int64_t group, int64_t joined_at,
                                     int64_t user, int64_t limit, struct arena *arena,
                                     struct member **rows, size_t *len);

/* ---- Inside a job ---- */

/* The bare row and the count; tells nobody. */
must_check enum err memberships_insert(struct tx *tx, int64_t group, int64_t user,
                                       enum role role, int64_t read_seq);
/* A new member, with everything that follows; rights were checked. invite 0: none. */
must_check enum err memberships_add(struct tx *tx, int64_t group, int64_t user,
                                    int64_t invite, struct group *out);
/* Into a public group. *joined false: was in already. E_BANNED, E_FORBIDDEN (guests). */
must_check enum err memberships_join(struct tx *tx, const struct caller *who,
                                     int64_t group, bool *joined, struct group *out);
/* E_LAST_OWNER; whoever is alone takes the group along. */
must_check enum err memberships_leave(struct tx *tx, const struct caller *who,
                                      int64_t group, bool *dissolved);
/* Of an account that goes: member.erased instead of member.left, whatever the group. */
must_check enum err memberships_erase(struct tx *tx, int64_t group, int64_t user);
must_check enum err memberships_set_notify(struct tx *tx, const struct caller *who,
                                           int64_t group, struct str notify,
                                           struct group *out);
/* By an owner. E_LAST_OWNER. */
must_check enum err memberships_set_role(struct tx *tx, const struct caller *who,
                                         int64_t group, int64_t user, enum role role,
                                         struct member *out);

/* By an admin over members, by an owner over all. Ends the membership if there is one. */
enum removal { REMOVAL_REMOVED, REMOVAL_BANNED };
must_check enum err memberships_expel(struct tx *tx, const struct caller *who,
                                      int64_t group, int64_t user, enum removal how,
                                      bool *was_member);

#endif
