#include "api/store/sessions.h"

#include <stdlib.h>

#include "api/store/users.h"
#include "lib/crypto.h"
#include "lib/id.h"
#include "lib/mem.h"

#define TOKEN_PREFIX STR("mh_")

enum { TOKEN_BYTES = 32 };

static void bind_digest(struct stmt *s, const char *name, struct str token)
{
    unsigned char digest[CRYPTO_DIGEST_BYTES];
    crypto_digest(token, digest);
    bind_blob(s, name, digest, sizeof(digest));
}

static bool looks_like_token(struct str token)
{
    return token.len == SESSION_TOKEN_SIZE - 1 &&
           memcmp(token.ptr, TOKEN_PREFIX.ptr, TOKEN_PREFIX.len) == 0;
}

static enum err read_caller(struct stmt *s, int64_t now_ms, struct arena *arena,
                            struct caller *out)
{
    struct caller found = {.user = 0};
    *out = found;
    if (stmt_row(s)) {
        found.session = col_int(s, 0);
        found.user = col_int(s, 1);
        found.token_group = col_int(s, 2);
        found.expires_at = col_int(s, 3);
        found.touch = col_int(s, 4) < now_ms - SESSION_TOUCH_MS;
        found.kind = user_kind_parse(col_view(s, 5));
        found.admin = col_int(s, 6) != 0;
        found.display_name = col_str(s, 7, arena);
    }
    enum err e = stmt_end(s);
    if (e == E_OK) {
        *out = found;
    }
    return e;
}

enum err sessions_authenticate(struct db *db, struct str token, int64_t now_ms,
                               struct arena *arena, struct caller *out)
{
    *out = (struct caller){.user = 0};
    if (!looks_like_token(token)) {
        return E_OK;
    }
    struct stmt *s = db_stmt(db, QUERY_session_authenticate);
    bind_digest(s, ":hash", token);
    bind_int(s, ":now", now_ms);
    return read_caller(s, now_ms, arena, out);
}

enum err sessions_load(struct db *db, int64_t session, int64_t user, int64_t now_ms,
                       struct arena *arena, struct caller *out)
{
    struct stmt *s = db_stmt(db, QUERY_session_load);
    bind_int(s, ":session", session);
    bind_int(s, ":user", user);
    bind_int(s, ":now", now_ms);
    return read_caller(s, now_ms, arena, out);
}

enum err sessions_stand(struct db *db, int64_t session, int64_t user, int64_t now_ms,
                        bool *stands)
{
    struct stmt *s = db_stmt(db, QUERY_session_stands);
    bind_int(s, ":session", session);
    bind_int(s, ":user", user);
    bind_int(s, ":now", now_ms);
    *stands = stmt_row(s);
    return stmt_end(s);
}

/* ---- Touching: a job of its own, for which nobody waits ---- */

struct touch {
    struct job job;
    int64_t session;
};

static enum err touch(struct tx *tx, void *arg)
{
    const struct touch *t = arg;
    struct stmt *s = db_stmt(tx->db, QUERY_session_touch);
    bind_int(s, ":session", t->session);
    bind_int(s, ":now", tx->now_ms);
    bind_int(s, ":cut", tx->now_ms - SESSION_TOUCH_MS);
    bind_int(s, ":expires", tx->now_ms + SESSION_UNUSED_MS);
    return stmt_run(s);
}

static void touched(struct job *job, enum err result)
{
    (void)result;
    free(job->arg);
}

void sessions_touch(struct writer *w, const struct caller *who)
{
    if (who->user == 0 || !who->touch) {
        return;
    }
    struct touch *t = mem_alloc(sizeof(*t));
    t->session = who->session;
    t->job = (struct job){.run = touch, .arg = t, .done = touched};
    if (!writer_submit(w, &t->job)) {
        free(t);
    }
}

/* ---- Making and ending ---- */

enum err sessions_make(struct tx *tx, int64_t user, struct str label,
                       char token[SESSION_TOKEN_SIZE])
{
    unsigned char secret[TOKEN_BYTES];
    crypto_random(secret, sizeof(secret));
    memcpy(token, TOKEN_PREFIX.ptr, TOKEN_PREFIX.len);
    crypto_base64_encode(secret, sizeof(secret), token + TOKEN_PREFIX.len,
                         SESSION_TOKEN_SIZE - TOKEN_PREFIX.len);
    crypto_forget(secret, sizeof(secret));

    struct stmt *s = db_stmt(tx->db, QUERY_session_insert);
    bind_int(s, ":id", id_random());
    bind_digest(s, ":hash", str_of(token));
    bind_int(s, ":user", user);
    bind_str(s, ":label", label);
    bind_int(s, ":now", tx->now_ms);
    bind_int(s, ":expires", tx->now_ms + SESSION_UNUSED_MS);
    return stmt_run(s);
}

enum err sessions_end(struct tx *tx, int64_t user, int64_t session)
{
    struct stmt *s = db_stmt(tx->db, QUERY_session_delete);
    bind_int(s, ":session", session);
    bind_int(s, ":user", user);
    enum err e = stmt_run(s);
    if (e == E_OK && db_changes(tx->db) == 0) {
        return E_NOT_FOUND;
    }
    if (e == E_OK) {
        tx_end_session(tx, session);
    }
    return e;
}

enum err sessions_end_others(struct tx *tx, int64_t user, int64_t but)
{
    /* Deleting the row that a reading cursor stands on is allowed. */
    enum err e = E_OK;
    struct stmt *s = db_stmt(tx->db, QUERY_sessions_of_user);
    bind_int(s, ":user", user);
    while (e == E_OK && stmt_row(s)) {
        int64_t id = col_int(s, 0);
        if (id != but && str_eq(col_view(s, 1), STR("session"))) {
            e = sessions_end(tx, user, id);
        }
    }
    enum err ended = stmt_end(s);
    return e != E_OK ? e : ended;
}

enum err sessions_end_all(struct tx *tx, int64_t user)
{
    struct stmt *s = db_stmt(tx->db, QUERY_sessions_delete_all);
    bind_int(s, ":user", user);
    enum err e = stmt_run(s);
    if (e == E_OK) {
        tx_end_user(tx, user);
    }
    return e;
}

enum err sessions_purge(struct tx *tx, int64_t count, bool *more)
{
    struct stmt *s = db_stmt(tx->db, QUERY_sessions_purge);
    bind_int(s, ":now", tx->now_ms);
    bind_int(s, ":count", count);
    enum err e = stmt_run(s);
    *more = e == E_OK && db_changes(tx->db) == count;
    return e;
}

/* ---- Listing ---- */

enum err sessions_list(struct db *db, int64_t user, int64_t now_ms,
                       const struct session_page *page, struct arena *arena,
                       struct session **rows, size_t *len)
{
    *len = 0;
    *rows = arena_alloc(arena, sizeof(**rows) * (size_t)(page->limit + 1));
    struct stmt *s = db_stmt(db, QUERY_sessions_list);
    bind_int(s, ":user", user);
    bind_int(s, ":now", now_ms);
    bind_int(s, ":before", page->before);
    bind_int(s, ":before_id", page->before_id);
    bind_int(s, ":limit", page->limit + 1);
    while (stmt_row(s)) {
        (*rows)[(*len)++] = (struct session){.id = col_int(s, 0),
                                             .label = col_str(s, 1, arena),
                                             .created_at = col_int(s, 2),
                                             .used_at = col_int(s, 3),
                                             .expires_at = col_int(s, 4)};
    }
    return stmt_end(s);
}

void session_write(struct json_writer *w, const struct session *s, bool is_current)
{
    json_object_begin(w);
    json_member_id(w, "id", s->id);
    json_member_str_or_null(w, "label", s->label);
    json_member_time(w, "created_at", s->created_at);
    json_member_time(w, "used_at", s->used_at);
    json_member_time(w, "expires_at", s->expires_at);
    json_member_bool(w, "current", is_current);
    json_object_end(w);
}
