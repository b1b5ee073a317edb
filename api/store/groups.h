/* Groups: the row, the person's own view of it (`me`), and what changes it. Every
 * change checks the caller's rights itself, inside the transaction. */
#ifndef MOOTHALL_API_STORE_GROUPS_H
#define MOOTHALL_API_STORE_GROUPS_H

#include "api/store/access.h"
#include "api/store/writer.h"
#include "lib/json.h"

struct group_me {
    enum role role; /* ROLE_NONE: not in it, and `me` is null */
    int64_t joined_at;
    int64_t read_seq;
    int64_t unread;   /* exact to 99, then 100 */
    int64_t mentions; /* the same */
    struct str notify;
    int64_t muted_until; /* 0: not muted */
};

struct group {
    int64_t id;
    struct str name; /* ptr NULL: none (direct) */
    struct str description;
    bool is_public;
    enum group_kind kind;
    int64_t slow_mode_seconds;
    bool archived;
    bool members_can_invite;
    int64_t created_at;
    int64_t member_count;
    int64_t head;
    const char *epoch;
    struct group_me me;
    int64_t recent; /* of groups_mine: when something last happened there */
};

/* As user sees it (0: as nobody). Not a question of rights: see access.h. E_NOT_FOUND. */
must_check enum err groups_load(struct db *db, int64_t group, int64_t user,
                                struct arena *arena, struct group *out);
/* `group`, as 02 has it, with `me`. */
void group_write(struct json_writer *w, const struct group *g);
/* The members of the object alone, to which a list adds its own. */
void group_write_members(struct json_writer *w, const struct group *g);
/* The same for all who see it: without `me`. */
void group_write_shared(struct json_writer *w, const struct group *g);

/* Lists: at most limit + 1 rows. */
struct group_page {
    int64_t limit;
    int64_t key; /* of the last row of the page before; INT64_MAX: from the start */
    struct str name;
    int64_t id;
};
/* Public groups by members, then name; q ptr NULL: all. */
must_check enum err groups_directory(struct db *db, int64_t user, struct str q,
                                     const struct group_page *page, struct arena *arena,
                                     struct group **rows, size_t *len);
/* Those a user is in, most recent first. */
must_check enum err groups_mine(struct db *db, int64_t user,
                                const struct group_page *page, struct arena *arena,
                                struct group **rows, size_t *len);

/* ---- Inside a job ---- */

struct group_new {
    struct str name;
    struct str description;
    bool is_public;
    enum group_kind kind;
};
must_check enum err groups_make(struct tx *tx, const struct caller *who,
                                const struct group_new *n, struct group *out);

struct group_patch {
    struct str name;        /* ptr NULL: as it is */
    struct str description; /* the same */
    int visibility;         /* 0 private, 1 public; -1: as it is */
    int kind;               /* enum group_kind; -1 */
    int64_t slow_mode_seconds;
    int archived;
    int members_can_invite;
};
/* E_CONFLICT when it should become public. Nothing is told when nothing changes. */
must_check enum err groups_patch(struct tx *tx, const struct caller *who, int64_t group,
                                 const struct group_patch *p, struct group *out);
/* By its owner. At once nobody is in it and no invite leads there; the content goes in
 * bounded pieces afterwards: see reaper.h. */
must_check enum err groups_delete(struct tx *tx, const struct caller *who,
                                  int64_t group);
/* The same without a question: its last member leaves. */
must_check enum err groups_dissolve(struct tx *tx, int64_t actor, int64_t group);

/* Personal notices: group.added with the group as that user sees it, group.removed. */
void groups_notify_added(struct tx *tx, const struct group *g, int64_t user);
void groups_notify_removed(struct tx *tx, int64_t group, int64_t user,
                           const char *reason);

#endif
