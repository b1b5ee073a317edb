#include "api/handlers/admin_links.h"

#include "api/handlers/names.h"
#include "api/handlers/transact.h"
#include "api/hasher.h"
#include "api/store/links.h"
#include "api/store/users.h"

struct use {
    struct str code;
    struct str hash;
    struct user me;
};

static enum err use_admin_link(struct tx *tx, void *arg)
{
    struct use *u = arg;
    enum err e = links_use_admin(tx, u->me.id, u->code);
    return e == E_OK ? users_load(tx->db, u->me.id, tx->arena, &u->me) : e;
}

enum err admin_links_post(struct request *rq, struct response *rs)
{
    struct use u = {.code = rq->code, .me = {.id = rq->caller.user}};
    enum err e = transact_write(rq, use_admin_link, &u);
    if (e == E_OK) {
        user_write(&rs->json, &u.me);
    }
    return e;
}

static enum err use_reset_link(struct tx *tx, void *arg)
{
    const struct use *u = arg;
    return links_use_reset(tx, u->code, u->hash);
}

enum err reset_links_post(struct request *rq, struct response *rs)
{
    struct use u = {.code = rq->code};
    char hash[CRYPTO_PASSWORD_SIZE];
    int64_t user = 0;
    struct fields f;
    fields_begin(&f, rq);
    struct str password = field_password(&f, FIELD_REQUIRED);
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = links_find_reset(rq->db, rq->code, rq->now_ms, &user);
    }
    if (e == E_OK) {
        e = hasher_hash(rq->app->hasher, password, hash);
    }
    if (e == E_OK) {
        u.hash = str_of(hash);
        e = writer_run(rq->app->writer, use_reset_link, &u, rq->arena);
    }
    if (e == E_OK) {
        rs->status = 204;
    }
    return e;
}
