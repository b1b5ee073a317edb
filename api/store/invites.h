/* Invites: links that let people into a group. The code is made from the id (see
 * invite_code.h); nothing of it is stored. */
#ifndef MOOTHALL_API_STORE_INVITES_H
#define MOOTHALL_API_STORE_INVITES_H

#include "api/store/memberships.h"
#include "api/store/sessions.h"

struct invite {
    int64_t id;
    int64_t group;
    struct str label;
    struct user created_by;
    int64_t created_at;
    int64_t expires_at; /* 0: never */
    int64_t max_uses;   /* 0: any number */
    int64_t uses;
    int64_t revoked_at; /* 0: not revoked */
};

/* E_OK for a live one, else the refusal: revoked, then expired, then used up. */
must_check enum err invite_check(const struct invite *i, int64_t now_ms);
const char *invite_state_name(const struct invite *i, int64_t now_ms);

/* What an invite's code and address are made with. */
struct invite_writer {
    const unsigned char *key;
    const char *public_url;
    int64_t now_ms;
};

void invite_write(struct json_writer *w, const struct invite *i,
                  const struct invite_writer *with);

/* E_NOT_FOUND, also when its group is gone. */
must_check enum err invites_load(struct db *db, int64_t id, struct arena *arena,
                                 struct invite *out);
/* Newest first, before (created_at, id), at most limit + 1. */
must_check enum err invites_list(struct db *db, int64_t group, int64_t created_at,
                                 int64_t id, int64_t limit, struct arena *arena,
                                 struct invite **rows, size_t *len);

struct invite_use {
    struct user user;
    int64_t at;
};

/* `{user, at}` */
void invite_use_write(struct json_writer *w, const struct invite_use *u);
/* In the order of use, after (at, user), at most limit + 1. */
must_check enum err invites_uses(struct db *db, int64_t invite, int64_t at,
                                 int64_t user, int64_t limit, struct arena *arena,
                                 struct invite_use **rows, size_t *len);

/* ---- Inside a job ---- */

struct invite_new {
    struct str label;
    int64_t expires_in_ms; /* 0: never */
    int64_t max_uses;      /* 0: any number */
    int64_t live_max;      /* live ones a group may have */
};
/* E_TOO_MANY_REQUESTS at the bound. */
must_check enum err invites_make(struct tx *tx, const struct caller *who, int64_t group,
                                 const struct invite_new *n, struct invite *out);
/* One's own, or any by an admin. Revoked already: as it is. */
must_check enum err invites_revoke(struct tx *tx, const struct caller *who,
                                   int64_t group, int64_t invite);
/* How many live ones this person made there; ends them if so wished. Rights were
 * checked. */
must_check enum err invites_of_maker(struct tx *tx, int64_t group, int64_t user,
                                     bool revoke, int64_t *live);

/* Accepting, in one step: whoever has no account becomes a guest. The refusals come in
 * this order: E_NOT_FOUND, E_BANNED, in already (joined false, no use), dead. */
struct invite_accept {
    const struct caller *who; /* user 0: a guest is to be made */
    int64_t invite;
    struct str display_name; /* of the guest */
    struct str label;        /* of the guest's session */
    /* what came of it */
    bool joined;
    struct group group;
    struct user user; /* the guest */
    char token[SESSION_TOKEN_SIZE];
};
must_check enum err invites_accept(struct tx *tx, struct invite_accept *a);

#endif
