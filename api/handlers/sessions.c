#include "api/handlers/sessions.h"

#include "api/handlers/names.h"
#include "api/handlers/transact.h"
#include "api/hasher.h"
#include "api/limits.h"
#include "api/store/sessions.h"
#include "api/store/users.h"
#include "lib/clock.h"

/* ---- Passwords ---- */

enum err sessions_check_password(struct request *rq, struct str account,
                                 struct str password, struct str stored, bool *right)
{
    struct limits *limits = rq->app->limits;
    uint64_t by_account = limits_key_account(account, rq->address);
    uint64_t by_address = limits_key_address(rq->address);
    int64_t now = clock_mono_ms();
    *right = false;
    if (!limits_allow(limits, LIMIT_SIGNIN_ACCOUNT, by_account, now,
                      &rq->retry_after) ||
        !limits_allow(limits, LIMIT_SIGNIN_ADDRESS, by_address, now,
                      &rq->retry_after)) {
        return E_TOO_MANY_REQUESTS;
    }
    const char *hash = stored.ptr != NULL ? arena_cstr(rq->arena, stored) : NULL;
    enum err e = hasher_verify(rq->app->hasher, password, hash, right);
    if (e == E_OK && !*right) {
        int64_t ignored = 0;
        now = clock_mono_ms();
        (void)!limits_take(limits, LIMIT_SIGNIN_ACCOUNT, by_account, now, &ignored);
        (void)!limits_take(limits, LIMIT_SIGNIN_ADDRESS, by_address, now, &ignored);
    }
    return e;
}

/* ---- Signing in ---- */

struct signin {
    struct user user;
    struct str label;
    char token[SESSION_TOKEN_SIZE];
};

/* The account as the password was checked for: it may have been suspended, erased, or
 * given a new password meanwhile. */
static enum err sign_in(struct tx *tx, void *arg)
{
    struct signin *s = arg;
    struct user now;
    enum err e = users_load(tx->db, s->user.id, tx->arena, &now);
    if (e == E_NOT_FOUND ||
        (e == E_OK && !str_eq(now.password_hash, s->user.password_hash))) {
        return E_UNAUTHORIZED;
    }
    if (e == E_OK && now.suspended) {
        return E_SUSPENDED;
    }
    return e == E_OK ? sessions_make(tx, now.id, s->label, s->token) : e;
}

enum err sessions_post(struct request *rq, struct response *rs)
{
    struct signin s = {.label = session_label(rq)};
    bool right = false;
    struct fields f;
    fields_begin(&f, rq);
    struct str username = field_str(&f, "username", FIELD_REQUIRED, 0, 256);
    struct str password = field_str(&f, "password", FIELD_REQUIRED, 0, 256);
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = users_load_by_name(rq->db, username, rq->arena, &s.user);
        e = e == E_NOT_FOUND ? E_OK : e;
    }
    if (e == E_OK) {
        e = sessions_check_password(rq, username, password, s.user.password_hash,
                                    &right);
    }
    if (e == E_OK && !right) {
        rq->detail = "The name or the password is wrong";
        e = E_UNAUTHORIZED;
    }
    if (e == E_OK) {
        e = writer_run(rq->app->writer, sign_in, &s, rq->arena);
    }
    if (e != E_OK) {
        return e;
    }
    rs->status = 201;
    rs->set_token = arena_str(rq->arena, str_of(s.token));
    json_object_begin(&rs->json);
    json_key(&rs->json, "user");
    user_write(&rs->json, &s.user);
    json_member_str(&rs->json, "token", rs->set_token);
    json_object_end(&rs->json);
    return E_OK;
}

/* ---- Where one is signed in ---- */

enum err sessions_get_list(struct request *rq, struct response *rs)
{
    struct page p;
    struct session *rows = NULL;
    size_t len = 0;
    enum err e = page_read(rq, &p);
    if (e != E_OK) {
        return e;
    }
    struct session_page from = {.before = p.has_cursor ? p.key : INT64_MAX,
                                .before_id = p.id,
                                .limit = p.limit};
    e = sessions_list(rq->db, rq->caller.user, rq->now_ms, &from, rq->arena, &rows,
                      &len);
    if (e != E_OK) {
        return e;
    }
    bool more = len > (size_t)p.limit;
    size_t shown = more ? (size_t)p.limit : len;
    json_object_begin(&rs->json);
    json_key(&rs->json, "items");
    json_array_begin(&rs->json);
    for (size_t i = 0; i < shown; i++) {
        session_write(&rs->json, &rows[i], rows[i].id == rq->caller.session);
    }
    json_array_end(&rs->json);
    const struct session *last = more ? &rows[shown - 1] : NULL;
    page_next(rs, rq, more, last != NULL ? last->created_at : 0, STR(""),
              last != NULL ? last->id : 0);
    json_object_end(&rs->json);
    return E_OK;
}

/* ---- Signing out ---- */

struct signout {
    int64_t user;
    int64_t session;
};

static enum err sign_out(struct tx *tx, void *arg)
{
    const struct signout *s = arg;
    return sessions_end(tx, s->user, s->session);
}

static enum err end_session(struct request *rq, struct response *rs, int64_t session)
{
    struct signout s = {.user = rq->caller.user, .session = session};
    enum err e = transact_write(rq, sign_out, &s);
    if (e == E_OK) {
        rs->status = 204;
        rs->clear_cookie = session == rq->caller.session;
    }
    return e;
}

enum err sessions_delete_current(struct request *rq, struct response *rs)
{
    return end_session(rq, rs, rq->caller.session);
}

enum err sessions_delete_one(struct request *rq, struct response *rs)
{
    return end_session(rq, rs, rq->item);
}
