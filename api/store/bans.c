#include "api/store/bans.h"

void ban_write(struct json_writer *w, const struct ban *b)
{
    json_object_begin(w);
    json_key(w, "user");
    user_write(w, &b->user);
    json_key(w, "banned_by");
    user_write(w, &b->banned_by);
    json_member_time(w, "created_at", b->created_at);
    json_object_end(w);
}

enum err bans_list(struct db *db, int64_t group, int64_t created_at, int64_t user,
                   int64_t limit, struct arena *arena, struct ban **rows, size_t *len)
{
    *len = 0;
    *rows = arena_alloc(arena, sizeof(**rows) * (size_t)(limit + 1));
    struct stmt *s = db_stmt(db, QUERY_bans_list);
    bind_int(s, ":group", group);
    bind_int(s, ":created_at", created_at);
    bind_int(s, ":user", user);
    bind_int(s, ":limit", limit + 1);
    while (stmt_row(s)) {
        (*rows)[(*len)++] =
            (struct ban){.user = user_from_row(s, 0, arena),
                         .banned_by = user_from_row(s, USER_COLUMNS, arena),
                         .created_at = col_int(s, USER_COLUMNS * 2)};
    }
    return stmt_end(s);
}

enum err bans_put(struct tx *tx, const struct caller *who, int64_t group, int64_t user)
{
    struct access a;
    bool was_member = false;
    enum err e = access_require(tx->db, who, group, ACCESS_ADMIN, tx->now_ms, &a);
    if (e == E_OK && user == who->user) {
        e = E_CONFLICT;
    }
    if (e != E_OK) {
        return e;
    }
    e = memberships_expel(tx, who, group, user, REMOVAL_BANNED, &was_member);
    if (e != E_OK) {
        return e;
    }
    struct user u;
    e = users_load(tx->db, user, tx->arena, &u);
    if (e != E_OK) {
        return e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_ban_insert);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    bind_int(s, ":banned_by", who->user);
    bind_int(s, ":now", tx->now_ms);
    return stmt_run(s);
}

enum err bans_lift(struct tx *tx, const struct caller *who, int64_t group, int64_t user)
{
    struct access a;
    enum err e = access_require(tx->db, who, group, ACCESS_ADMIN, tx->now_ms, &a);
    if (e != E_OK) {
        return e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_ban_delete);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    e = stmt_run(s);
    return e == E_OK && db_changes(tx->db) == 0 ? E_NOT_FOUND : e;
}
