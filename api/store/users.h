/* Users: members, guests and bots, and the one way their JSON looks. */
#ifndef MOOTHALL_API_STORE_USERS_H
#define MOOTHALL_API_STORE_USERS_H

#include "api/store/caller.h"
#include "api/store/writer.h"
#include "lib/json.h"

struct user {
    int64_t id;
    struct str username; /* ptr NULL: none (guests, bots) */
    struct str display_name;
    enum user_kind kind;
    bool admin;
    bool suspended;
    int64_t created_at;
    struct str password_hash; /* ptr NULL: none */
};

const char *user_kind_name(enum user_kind kind);
enum user_kind user_kind_parse(struct str name); /* a name of the schema */

/* E_NOT_FOUND for one that is not there, or was erased. */
must_check enum err users_load(struct db *db, int64_t id, struct arena *arena,
                               struct user *out);
must_check enum err users_load_by_name(struct db *db, struct str username,
                                       struct arena *arena, struct user *out);
must_check enum err users_have_admin(struct db *db, bool *yes);

/* `user`, as 02 has it. */
void user_write(struct json_writer *w, const struct user *u);

/* The same from a statement whose row holds, from column at on: id, username,
 * display_name, kind, admin, created_at (USER_COLUMNS of them). */
enum { USER_COLUMNS = 6 };
struct user user_from_row(struct stmt *s, int at, struct arena *arena);

/* Inside a job. The account goes, and the bodies of all its messages; their seqs stay.
 * E_LAST_OWNER while a group with others in it has no other owner. */
must_check enum err users_erase(struct tx *tx, int64_t id);

/* Inside a job. */
struct user_new {
    enum user_kind kind;
    struct str username; /* ptr NULL for guests and bots */
    struct str display_name;
    struct str password_hash; /* ptr NULL: none */
};
/* E_NAME_TAKEN. */
must_check enum err users_make(struct tx *tx, const struct user_new *n,
                               struct user *out);
/* Tells every group of this person what it looks like now: member.updated. */
must_check enum err users_announce(struct tx *tx, int64_t id);
/* The new name, told to the groups; nothing happens when it is the old one. */
must_check enum err users_rename(struct tx *tx, int64_t id, struct str display_name);
/* E_CONFLICT when old is no longer the hash: another change came first. */
must_check enum err users_set_password(struct tx *tx, int64_t id, struct str old_hash,
                                       struct str new_hash);
/* A guest becomes a member. E_NAME_TAKEN; E_CONFLICT for who is no guest. */
must_check enum err users_claim(struct tx *tx, int64_t id, struct str username,
                                struct str password_hash);
must_check enum err users_make_admin(struct tx *tx, int64_t id);

#endif
