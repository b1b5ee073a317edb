/* What a caller may do in a group, in one place for REST, the socket and the gates. What
 * may not be seen and what does not exist look alike: E_NOT_FOUND. */
#ifndef MOOTHALL_API_STORE_ACCESS_H
#define MOOTHALL_API_STORE_ACCESS_H

#include "api/store/caller.h"
#include "api/store/db.h"

enum role { ROLE_NONE, ROLE_MEMBER, ROLE_ADMIN, ROLE_OWNER };

enum group_kind { GROUP_CHAT, GROUP_ANNOUNCEMENT, GROUP_DIRECT };

struct access {
    int64_t group;
    bool exists;
    bool is_public;
    enum group_kind kind;
    bool archived;
    bool members_can_invite;
    int64_t slow_mode_seconds;
    int64_t head;
    enum role role; /* ROLE_NONE: not a member */
    int64_t joined_at;
    int64_t read_seq;
    int64_t muted_until; /* wall ms; 0: not muted */
    bool banned;
};

enum access_level {
    ACCESS_READ, /* members; of a public group anyone signed in */
    ACCESS_MEMBER,
    ACCESS_POST, /* may write a message now: E_MUTED, E_ARCHIVED, E_FORBIDDEN (announcement) */
    ACCESS_INVITE, /* owner, admins, members if members_can_invite */
    ACCESS_ADMIN,  /* admin or owner of the group */
    ACCESS_OWNER,
};

/* A missing group is no error here: out->exists is false. */
must_check enum err access_load(struct db *db, const struct caller *who, int64_t group,
                                struct access *out);
must_check enum err access_check(const struct access *a, enum access_level level,
                                 int64_t now_ms);
/* Both in one. */
must_check enum err access_require(struct db *db, const struct caller *who,
                                   int64_t group, enum access_level level,
                                   int64_t now_ms, struct access *out);

const char *role_name(enum role r);
must_check bool role_parse(struct str name, enum role *out); /* owner, admin, member */
const char *group_kind_name(enum group_kind k);
must_check bool group_kind_parse(struct str name, enum group_kind *out);

#endif
