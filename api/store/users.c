#include "api/store/users.h"

#include "api/store/events.h"
#include "api/store/ids.h"
#include "api/store/memberships.h"
#include "api/store/sessions.h"
#include "lib/id.h"

static const char *const kind_names[] = {"member", "guest", "bot"};

const char *user_kind_name(enum user_kind kind)
{
    return kind_names[kind];
}

enum user_kind user_kind_parse(struct str name)
{
    for (enum user_kind k = USER_MEMBER; k <= USER_BOT; k++) {
        if (str_eq(name, str_of(kind_names[k]))) {
            return k;
        }
    }
    return USER_GUEST; /* the least rights; the schema lets no other word in */
}

/* ---- Reading ---- */

struct user user_from_row(struct stmt *s, int at, struct arena *arena)
{
    return (struct user){
        .id = col_int(s, at),
        .username = col_str(s, at + 1, arena),
        .display_name = col_str(s, at + 2, arena),
        .kind = user_kind_parse(col_view(s, at + 3)),
        .admin = col_int(s, at + 4) != 0,
        .created_at = col_int(s, at + 5),
    };
}

static enum err load(struct stmt *s, struct arena *arena, struct user *out)
{
    bool found = stmt_row(s);
    *out = (struct user){.id = 0};
    if (found) {
        *out = user_from_row(s, 0, arena);
        out->suspended = col_int(s, USER_COLUMNS) != 0;
        out->password_hash = col_str(s, USER_COLUMNS + 1, arena);
    }
    enum err e = stmt_end(s);
    return e != E_OK ? e : found ? E_OK : E_NOT_FOUND;
}

enum err users_load(struct db *db, int64_t id, struct arena *arena, struct user *out)
{
    struct stmt *s = db_stmt(db, QUERY_user_by_id);
    bind_int(s, ":id", id);
    return load(s, arena, out);
}

enum err users_load_by_name(struct db *db, struct str username, struct arena *arena,
                            struct user *out)
{
    struct stmt *s = db_stmt(db, QUERY_user_by_name);
    bind_str(s, ":username", username);
    return load(s, arena, out);
}

enum err users_have_admin(struct db *db, bool *yes)
{
    struct stmt *s = db_stmt(db, QUERY_user_have_admin);
    *yes = stmt_row(s);
    return stmt_end(s);
}

void user_write(struct json_writer *w, const struct user *u)
{
    json_object_begin(w);
    json_member_id(w, "id", u->id);
    json_member_str_or_null(w, "username", u->username);
    json_member_str(w, "display_name", u->display_name);
    json_member_str(w, "kind", str_of(user_kind_name(u->kind)));
    json_member_bool(w, "admin", u->admin);
    json_member_time(w, "created_at", u->created_at);
    json_object_end(w);
}

/* ---- Writing ---- */

enum err users_make(struct tx *tx, const struct user_new *n, struct user *out)
{
    *out = (struct user){.id = id_random(),
                         .username = n->username,
                         .display_name = n->display_name,
                         .kind = n->kind,
                         .created_at = tx->now_ms,
                         .password_hash = n->password_hash};
    struct stmt *s = db_stmt(tx->db, QUERY_user_insert);
    bind_int(s, ":id", out->id);
    bind_str(s, ":username", n->username);
    bind_str(s, ":display_name", n->display_name);
    bind_str(s, ":kind", str_of(user_kind_name(n->kind)));
    bind_str(s, ":password_hash", n->password_hash);
    bind_int(s, ":now", tx->now_ms);
    enum err e = stmt_run(s);
    return e == E_CONFLICT ? E_NAME_TAKEN : e;
}

enum err users_announce(struct tx *tx, int64_t id)
{
    struct ids groups;
    struct stmt *s = db_stmt(tx->db, QUERY_user_groups);
    bind_int(s, ":user", id);
    enum err e = ids_read(&groups, tx->arena, s);
    for (size_t i = 0; e == E_OK && i < groups.len; i++) {
        struct event_new event = {.group = groups.at[i],
                                  .type = EVENT_MEMBER_UPDATED,
                                  .actor = id,
                                  .user = id};
        e = events_add(tx, &event, NULL);
    }
    return e;
}

enum err users_rename(struct tx *tx, int64_t id, struct str display_name)
{
    struct stmt *s = db_stmt(tx->db, QUERY_user_rename);
    bind_int(s, ":id", id);
    bind_str(s, ":display_name", display_name);
    enum err e = stmt_run(s);
    bool changed = e == E_OK && db_changes(tx->db) > 0;
    return changed ? users_announce(tx, id) : e;
}

enum err users_set_password(struct tx *tx, int64_t id, struct str old_hash,
                            struct str new_hash)
{
    struct stmt *s = db_stmt(tx->db, QUERY_user_set_password);
    bind_int(s, ":id", id);
    bind_str(s, ":old", old_hash);
    bind_str(s, ":new", new_hash);
    enum err e = stmt_run(s);
    return e == E_OK && db_changes(tx->db) == 0 ? E_CONFLICT : e;
}

enum err users_claim(struct tx *tx, int64_t id, struct str username,
                     struct str password_hash)
{
    struct stmt *s = db_stmt(tx->db, QUERY_user_claim);
    bind_int(s, ":id", id);
    bind_str(s, ":username", username);
    bind_str(s, ":password_hash", password_hash);
    enum err e = stmt_run(s);
    if (e == E_CONFLICT) {
        return E_NAME_TAKEN;
    }
    if (e == E_OK && db_changes(tx->db) == 0) {
        return E_CONFLICT;
    }
    return e == E_OK ? users_announce(tx, id) : e;
}

enum err users_make_admin(struct tx *tx, int64_t id)
{
    struct stmt *s = db_stmt(tx->db, QUERY_user_make_admin);
    bind_int(s, ":id", id);
    enum err e = stmt_run(s);
    if (e == E_OK && db_changes(tx->db) == 0) {
        return E_FORBIDDEN;
    }
    return e == E_OK ? users_announce(tx, id) : e;
}

/* ---- Erasing ---- */

static enum err erase_rows(struct tx *tx, int64_t id)
{
    struct stmt *s = db_stmt(tx->db, QUERY_user_erase);
    bind_int(s, ":id", id);
    bind_int(s, ":now", tx->now_ms);
    enum err e = stmt_run(s);
    if (e == E_OK) {
        s = db_stmt(tx->db, QUERY_user_erase_bodies);
        bind_int(s, ":user", id);
        e = stmt_run(s);
    }
    return e;
}

enum err users_erase(struct tx *tx, int64_t id)
{
    struct ids groups;
    struct stmt *s = db_stmt(tx->db, QUERY_user_groups);
    bind_int(s, ":user", id);
    enum err e = ids_read(&groups, tx->arena, s);
    if (e == E_OK) {
        e = erase_rows(tx,
                       id); /* before the events: they are told as the rows are now */
    }
    for (size_t i = 0; e == E_OK && i < groups.len; i++) {
        e = memberships_erase(tx, groups.at[i], id);
    }
    if (e == E_OK) {
        e = sessions_end_others(tx, id, 0);
    }
    if (e == E_OK) {
        tx_end_user(tx, id);
    }
    return e;
}
