#include "api/store/invites.h"

#include <stdio.h>

#include "api/store/invite_code.h"
#include "lib/id.h"

/* ---- State ---- */

enum err invite_check(const struct invite *i, int64_t now_ms)
{
    if (i->revoked_at != 0) {
        return E_INVITE_REVOKED;
    }
    if (i->expires_at != 0 && i->expires_at <= now_ms) {
        return E_INVITE_EXPIRED;
    }
    if (i->max_uses != 0 && i->uses >= i->max_uses) {
        return E_INVITE_USED_UP;
    }
    return E_OK;
}

const char *invite_state_name(const struct invite *i, int64_t now_ms)
{
    enum err dead = invite_check(i, now_ms);
    return dead == E_INVITE_REVOKED   ? "revoked"
           : dead == E_INVITE_EXPIRED ? "expired"
           : dead == E_INVITE_USED_UP ? "used_up"
                                      : "active";
}

void invite_write(struct json_writer *w, const struct invite *i,
                  const struct invite_writer *with)
{
    char code[INVITE_CODE_SIZE];
    char url[1024];
    invite_code_make(with->key, i->id, code);
    int len = snprintf(url, sizeof(url), "%s/i/%s", with->public_url, code);
    struct str address = {url, len < 0 || (size_t)len >= sizeof(url) ? 0 : (size_t)len};

    json_object_begin(w);
    json_member_id(w, "id", i->id);
    json_member_str(w, "code", str_of(code));
    json_member_str(w, "url", address);
    json_member_str(w, "label", i->label);
    json_key(w, "created_by");
    user_write(w, &i->created_by);
    json_member_time(w, "created_at", i->created_at);
    json_member_time_or_null(w, "expires_at", i->expires_at);
    if (i->max_uses == 0) {
        json_member_null(w, "max_uses");
    } else {
        json_member_int(w, "max_uses", i->max_uses);
    }
    json_member_int(w, "uses", i->uses);
    json_member_str(w, "state", str_of(invite_state_name(i, with->now_ms)));
    json_object_end(w);
}

/* ---- Reading ---- */

static struct invite from_row(struct stmt *s, struct arena *arena)
{
    return (struct invite){.id = col_int(s, 0),
                           .group = col_int(s, 1),
                           .label = col_str(s, 2, arena),
                           .created_at = col_int(s, 3),
                           .expires_at = col_int(s, 4),
                           .max_uses = col_int(s, 5),
                           .uses = col_int(s, 6),
                           .revoked_at = col_int(s, 7),
                           .created_by = user_from_row(s, 8, arena)};
}

enum err invites_load(struct db *db, int64_t id, struct arena *arena,
                      struct invite *out)
{
    struct stmt *s = db_stmt(db, QUERY_invite_load);
    bind_int(s, ":id", id);
    bool found = stmt_row(s);
    *out = found ? from_row(s, arena) : (struct invite){.id = 0};
    enum err e = stmt_end(s);
    return e != E_OK ? e : found ? E_OK : E_NOT_FOUND;
}

enum err invites_list(struct db *db, int64_t group, int64_t created_at, int64_t id,
                      int64_t limit, struct arena *arena, struct invite **rows,
                      size_t *len)
{
    *len = 0;
    *rows = arena_alloc(arena, sizeof(**rows) * (size_t)(limit + 1));
    struct stmt *s = db_stmt(db, QUERY_invites_list);
    bind_int(s, ":group", group);
    bind_int(s, ":created_at", created_at);
    bind_int(s, ":id", id);
    bind_int(s, ":limit", limit + 1);
    while (stmt_row(s)) {
        (*rows)[(*len)++] = from_row(s, arena);
    }
    return stmt_end(s);
}

enum err invites_uses(struct db *db, int64_t invite, int64_t at, int64_t user,
                      int64_t limit, struct arena *arena, struct invite_use **rows,
                      size_t *len)
{
    *len = 0;
    *rows = arena_alloc(arena, sizeof(**rows) * (size_t)(limit + 1));
    struct stmt *s = db_stmt(db, QUERY_invites_uses);
    bind_int(s, ":invite", invite);
    bind_int(s, ":at", at);
    bind_int(s, ":user", user);
    bind_int(s, ":limit", limit + 1);
    while (stmt_row(s)) {
        (*rows)[(*len)++] = (struct invite_use){.user = user_from_row(s, 0, arena),
                                                .at = col_int(s, USER_COLUMNS)};
    }
    return stmt_end(s);
}

void invite_use_write(struct json_writer *w, const struct invite_use *u)
{
    json_object_begin(w);
    json_key(w, "user");
    user_write(w, &u->user);
    json_member_time(w, "at", u->at);
    json_object_end(w);
}

/* ---- Making and ending ---- */

static enum err count_live(struct tx *tx, enum query q, int64_t group, int64_t user,
                           int64_t *live)
{
    struct stmt *s = db_stmt(tx->db, q);
    bind_int(s, ":group", group);
    bind_int(s, ":now", tx->now_ms);
    if (q == QUERY_invites_count_live_of_maker) {
        bind_int(s, ":user", user);
    }
    *live = stmt_row(s) ? col_int(s, 0) : 0;
    return stmt_end(s);
}

enum err invites_make(struct tx *tx, const struct caller *who, int64_t group,
                      const struct invite_new *n, struct invite *out)
{
    struct access a;
    int64_t live = 0;
    enum err e = access_require(tx->db, who, group, ACCESS_INVITE, tx->now_ms, &a);
    if (e == E_OK) {
        e = count_live(tx, QUERY_invites_count_live, group, 0, &live);
    }
    if (e == E_OK && live >= n->live_max) {
        e = E_TOO_MANY_REQUESTS;
    }
    if (e != E_OK) {
        return e;
    }
    int64_t id = id_random();
    struct stmt *s = db_stmt(tx->db, QUERY_invite_insert);
    bind_int(s, ":id", id);
    bind_int(s, ":group", group);
    bind_str(s, ":label", n->label);
    bind_int(s, ":created_by", who->user);
    bind_int(s, ":now", tx->now_ms);
    bind_int_or_null(s, ":expires_at", tx->now_ms + n->expires_in_ms,
                     n->expires_in_ms == 0);
    bind_int_or_null(s, ":max_uses", n->max_uses, n->max_uses == 0);
    e = stmt_run(s);
    return e == E_OK ? invites_load(tx->db, id, tx->arena, out) : e;
}

enum err invites_revoke(struct tx *tx, const struct caller *who, int64_t group,
                        int64_t invite)
{
    struct access a;
    struct invite i;
    enum err e = access_require(tx->db, who, group, ACCESS_INVITE, tx->now_ms, &a);
    if (e == E_OK) {
        e = invites_load(tx->db, invite, tx->arena, &i);
    }
    if (e == E_OK && i.group != group) {
        e = E_NOT_FOUND;
    }
    if (e == E_OK && a.role < ROLE_ADMIN && i.created_by.id != who->user) {
        e = E_FORBIDDEN;
    }
    if (e != E_OK) {
        return e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_invite_revoke);
    bind_int(s, ":id", invite);
    bind_int(s, ":now", tx->now_ms);
    return stmt_run(s);
}

enum err invites_of_maker(struct tx *tx, int64_t group, int64_t user, bool revoke,
                          int64_t *live)
{
    enum err e = count_live(tx, QUERY_invites_count_live_of_maker, group, user, live);
    if (e != E_OK || !revoke) {
        return e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_invites_revoke_of_maker);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    bind_int(s, ":now", tx->now_ms);
    return stmt_run(s);
}

/* ---- Accepting ---- */

/* Counts the use: the guard stands in the UPDATE as well. */
static enum err take_use(struct tx *tx, const struct invite *i)
{
    struct stmt *s = db_stmt(tx->db, QUERY_invite_use);
    bind_int(s, ":id", i->id);
    bind_int(s, ":now", tx->now_ms);
    enum err e = stmt_run(s);
    return e == E_OK && db_changes(tx->db) == 0 ? E_INVITE_USED_UP : e;
}

static enum err make_guest(struct tx *tx, struct invite_accept *a)
{
    struct user_new n = {.kind = USER_GUEST, .display_name = a->display_name};
    enum err e = users_make(tx, &n, &a->user);
    return e == E_OK ? sessions_make(tx, a->user.id, a->label, a->token) : e;
}

static enum err let_in(struct tx *tx, struct invite_accept *a, const struct invite *i,
                       int64_t user)
{
    struct stmt *s = db_stmt(tx->db, QUERY_invite_use_insert);
    bind_int(s, ":invite", i->id);
    bind_int(s, ":now", tx->now_ms);
    bind_int(s, ":user", user);
    enum err e = stmt_run(s);
    if (e == E_OK) {
        e = memberships_add(tx, i->group, user, i->id, &a->group);
    }
    a->joined = e == E_OK;
    return e;
}

enum err invites_accept(struct tx *tx, struct invite_accept *a)
{
    struct invite i;
    struct access access;
    a->joined = false;
    enum err e = invites_load(tx->db, a->invite, tx->arena, &i);
    if (e == E_OK) {
        e = access_load(tx->db, a->who, i.group, &access);
    }
    if (e == E_OK && !access.exists) {
        e = E_NOT_FOUND; /* a token for another group */
    }
    if (e != E_OK) {
        return e;
    }
    if (access.banned) {
        return E_BANNED;
    }
    if (access.role != ROLE_NONE) {
        return groups_load(tx->db, i.group, a->who->user, tx->arena, &a->group);
    }
    e = invite_check(&i, tx->now_ms);
    if (e == E_OK) {
        e = take_use(tx, &i);
    }
    if (e == E_OK && a->who->user == 0) {
        e = make_guest(tx, a);
    }
    if (e == E_OK) {
        e = let_in(tx, a, &i, a->who->user != 0 ? a->who->user : a->user.id);
    }
    return e;
}
