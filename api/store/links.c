#include "api/store/links.h"

#include "api/store/sessions.h"
#include "api/store/users.h"
#include "lib/crypto.h"

#define ADMIN_LINK_MS (INT64_C(24) * 60 * 60 * 1000)
#define RESET_LINK_MS (INT64_C(60) * 60 * 1000)

#define KIND_ADMIN STR("admin")
#define KIND_RESET STR("reset")

enum { CODE_BYTES = 32 };

static void bind_digest(struct stmt *s, struct str code)
{
    unsigned char digest[CRYPTO_DIGEST_BYTES];
    crypto_digest(code, digest);
    bind_blob(s, ":hash", digest, sizeof(digest));
}

/* Expired ones go whenever a new one is made: there are never many. */
static enum err make(struct tx *tx, struct str kind, int64_t user, int64_t lasts_ms,
                     char code[LINK_CODE_SIZE])
{
    struct stmt *s = db_stmt(tx->db, QUERY_links_purge);
    bind_int(s, ":now", tx->now_ms);
    enum err e = stmt_run(s);
    if (e != E_OK) {
        return e;
    }
    unsigned char secret[CODE_BYTES];
    crypto_random(secret, sizeof(secret));
    crypto_base64_encode(secret, sizeof(secret), code, LINK_CODE_SIZE);
    crypto_forget(secret, sizeof(secret));
    s = db_stmt(tx->db, QUERY_link_insert);
    bind_digest(s, str_of(code));
    bind_str(s, ":kind", kind);
    bind_int_or_null(s, ":user", user, user == 0);
    bind_int(s, ":expires_at", tx->now_ms + lasts_ms);
    return stmt_run(s);
}

struct making {
    struct str username;
    char *code;
};

static enum err make_admin(struct tx *tx, void *arg)
{
    const struct making *m = arg;
    return make(tx, KIND_ADMIN, 0, ADMIN_LINK_MS, m->code);
}

enum err links_make_admin(struct writer *w, struct arena *arena,
                          char code[LINK_CODE_SIZE])
{
    struct making m = {.code = code};
    return writer_run(w, make_admin, &m, arena);
}

static enum err make_reset(struct tx *tx, void *arg)
{
    const struct making *m = arg;
    struct user u;
    enum err e = users_load_by_name(tx->db, m->username, tx->arena, &u);
    if (e != E_OK) {
        return e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_links_delete_of_user);
    bind_int(s, ":user", u.id);
    e = stmt_run(s);
    return e == E_OK ? make(tx, KIND_RESET, u.id, RESET_LINK_MS, m->code) : e;
}

enum err links_make_reset(struct writer *w, struct arena *arena, struct str username,
                          char code[LINK_CODE_SIZE])
{
    struct making m = {.username = username, .code = code};
    return writer_run(w, make_reset, &m, arena);
}

enum err links_admin_needed(const char *database, bool *needed)
{
    struct db *db = NULL;
    bool have = false;
    enum err e = db_open(&db, database, DB_READER);
    if (e == E_OK) {
        e = users_have_admin(db, &have);
    }
    db_close(db);
    *needed = e == E_OK && !have;
    return e;
}

static enum err take(struct tx *tx, struct str kind, struct str code, int64_t *user)
{
    struct stmt *s = db_stmt(tx->db, QUERY_link_take);
    bind_digest(s, code);
    bind_str(s, ":kind", kind);
    bind_int(s, ":now", tx->now_ms);
    bool found = stmt_row(s);
    *user = found ? col_int(s, 0) : 0;
    while (stmt_row(s)) {
    }
    enum err e = stmt_end(s);
    return e != E_OK ? e : found ? E_OK : E_NOT_FOUND;
}

enum err links_use_admin(struct tx *tx, int64_t user, struct str code)
{
    int64_t nobody = 0;
    enum err e = take(tx, KIND_ADMIN, code, &nobody);
    return e == E_OK ? users_make_admin(tx, user) : e;
}

enum err links_find_reset(struct db *db, struct str code, int64_t now_ms, int64_t *user)
{
    struct stmt *s = db_stmt(db, QUERY_link_find);
    bind_digest(s, code);
    bind_str(s, ":kind", KIND_RESET);
    bind_int(s, ":now", now_ms);
    bool found = stmt_row(s);
    *user = found ? col_int(s, 0) : 0;
    enum err e = stmt_end(s);
    return e != E_OK ? e : found ? E_OK : E_NOT_FOUND;
}

enum err links_use_reset(struct tx *tx, struct str code, struct str password_hash)
{
    int64_t user = 0;
    enum err e = take(tx, KIND_RESET, code, &user);
    if (e != E_OK) {
        return e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_link_set_password);
    bind_str(s, ":hash", password_hash);
    bind_int(s, ":user", user);
    e = stmt_run(s);
    if (e == E_OK && db_changes(tx->db) == 0) {
        e = E_NOT_FOUND;
    }
    return e == E_OK ? sessions_end_others(tx, user, 0) : e;
}
