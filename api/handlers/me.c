#include "api/handlers/me.h"

#include "api/handlers/names.h"
#include "api/handlers/sessions.h"
#include "api/handlers/transact.h"
#include "api/hasher.h"
#include "api/store/sessions.h"
#include "api/store/users.h"
#include "lib/utf8.h"

enum err me_get(struct request *rq, struct response *rs)
{
    struct user me;
    enum err e = users_load(rq->db, rq->caller.user, rq->arena, &me);
    if (e == E_OK) {
        user_write(&rs->json, &me);
    }
    return e;
}

/* ---- Changing ---- */

struct change {
    struct str display_name; /* ptr NULL: as it is */
    struct str old_hash;     /* what the current password was checked against */
    struct str new_hash;     /* ptr NULL: as it is */
    int64_t session;
    struct user me;
};

static enum err change_me(struct tx *tx, void *arg)
{
    struct change *c = arg;
    enum err e = E_OK;
    if (c->new_hash.ptr != NULL) {
        e = users_set_password(tx, c->me.id, c->old_hash, c->new_hash);
        e = e == E_OK ? sessions_end_others(tx, c->me.id, c->session) : e;
    }
    if (e == E_OK && c->display_name.ptr != NULL) {
        e = users_rename(tx, c->me.id, c->display_name);
    }
    return e == E_OK ? users_load(tx->db, c->me.id, tx->arena, &c->me) : e;
}

struct new_password {
    struct str current;
    struct str wanted;
};

/* A string member of the object "password". */
static struct str read_part(struct fields *f, const struct json *object,
                            const char *name, const char *path, size_t min)
{
    const struct json *v = json_member(object, name);
    size_t count = utf8_count(json_str(v));
    if (json_kind(v) != JSON_STRING || count < min || count > PASSWORD_MAX) {
        field_refuse(f, path, "must be a string of a password's length");
        return STR_NONE;
    }
    return arena_str(f->rq->arena, json_str(v));
}

static struct new_password read_password(struct fields *f)
{
    struct new_password p = {.current = STR_NONE, .wanted = STR_NONE};
    const struct json *object = field_object(f, "password", FIELD_OPTIONAL);
    if (object != NULL) {
        p.current = read_part(f, object, "current", "password.current", 0);
        p.wanted = read_part(f, object, "new", "password.new", PASSWORD_MIN);
        if (json_member_count(object) > 2) {
            field_refuse(f, "password", "has members that are not known here");
        }
    }
    return p;
}

/* The old one must be right; then the new one is hashed into hash. */
static enum err prepare_password(struct request *rq, const struct new_password *p,
                                 struct change *c, char hash[CRYPTO_PASSWORD_SIZE])
{
    bool right = false;
    if (c->me.password_hash.ptr == NULL) {
        rq->detail = "This account has no password yet: claim it first";
        return E_CONFLICT;
    }
    enum err e = sessions_check_password(rq, c->me.username, p->current,
                                         c->me.password_hash, &right);
    if (e == E_OK && !right) {
        rq->detail = "The current password is wrong";
        e = E_FORBIDDEN;
    }
    if (e == E_OK) {
        e = hasher_hash(rq->app->hasher, p->wanted, hash);
    }
    if (e == E_OK) {
        c->old_hash = c->me.password_hash;
        c->new_hash = str_of(hash);
    }
    return e;
}

enum err me_patch(struct request *rq, struct response *rs)
{
    struct change c = {.session = rq->caller.session};
    char hash[CRYPTO_PASSWORD_SIZE];
    struct fields f;
    fields_begin(&f, rq);
    c.display_name = field_name(&f, "display_name", FIELD_OPTIONAL, DISPLAY_NAME_MAX);
    struct new_password p = read_password(&f);
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = users_load(rq->db, rq->caller.user, rq->arena, &c.me);
    }
    if (e == E_OK && p.wanted.ptr != NULL) {
        e = prepare_password(rq, &p, &c, hash);
    }
    if (e == E_OK) {
        e = transact_write(rq, change_me, &c);
    }
    if (e == E_OK) {
        user_write(&rs->json, &c.me);
    }
    return e;
}

/* ---- A guest becomes a member ---- */

struct claim {
    struct str username;
    struct str hash;
    struct user me;
};

static enum err claim(struct tx *tx, void *arg)
{
    struct claim *c = arg;
    enum err e = users_claim(tx, c->me.id, c->username, c->hash);
    return e == E_OK ? users_load(tx->db, c->me.id, tx->arena, &c->me) : e;
}

enum err me_post_claim(struct request *rq, struct response *rs)
{
    struct claim c = {.me = {.id = rq->caller.user}};
    char hash[CRYPTO_PASSWORD_SIZE];
    struct user taken;
    struct fields f;
    fields_begin(&f, rq);
    c.username = field_username(&f, FIELD_REQUIRED);
    struct str password = field_password(&f, FIELD_REQUIRED);
    enum err e = fields_end(&f);
    if (e == E_OK && rq->caller.kind != USER_GUEST) {
        rq->detail = "Only a guest's account can be claimed";
        e = E_CONFLICT;
    }
    if (e == E_OK) {
        e = users_load_by_name(rq->db, c.username, rq->arena, &taken);
        e = e == E_OK ? E_NAME_TAKEN : e == E_NOT_FOUND ? E_OK : e;
    }
    if (e == E_OK) {
        e = hasher_hash(rq->app->hasher, password, hash);
    }
    if (e == E_OK) {
        c.hash = str_of(hash);
        e = transact_write(rq, claim, &c);
    }
    if (e == E_OK) {
        user_write(&rs->json, &c.me);
    }
    return e;
}

/* ---- Going ---- */

static enum err erase(struct tx *tx, void *arg)
{
    const struct user *me = arg;
    return users_erase(tx, me->id);
}

enum err me_delete(struct request *rq, struct response *rs)
{
    struct user me;
    struct fields f;
    fields_begin(&f, rq);
    struct str password = field_str(&f, "password", FIELD_OPTIONAL, 0, PASSWORD_MAX);
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = users_load(rq->db, rq->caller.user, rq->arena, &me);
    }
    if (e == E_OK && me.password_hash.ptr != NULL) {
        bool right = false;
        if (password.ptr == NULL) {
            return request_refuse(rq, "password", "is required");
        }
        e = sessions_check_password(rq, me.username, password, me.password_hash,
                                    &right);
        if (e == E_OK && !right) {
            rq->detail = "The password is wrong";
            e = E_FORBIDDEN;
        }
    }
    if (e == E_OK) {
        e = transact_write(rq, erase, &me);
    }
    rs->clear_cookie = e == E_OK;
    return e;
}
