#include "api/handlers/bans.h"

#include "api/handlers/transact.h"
#include "api/store/bans.h"
#include "api/store/invites.h"

enum err bans_get_list(struct request *rq, struct response *rs)
{
    struct page p;
    struct ban *rows = NULL;
    size_t len = 0;
    enum err e = page_read(rq, &p);
    if (e == E_OK) {
        e = transact_read(rq, ACCESS_ADMIN);
    }
    if (e != E_OK) {
        return e;
    }
    e = bans_list(rq->db, rq->group, p.has_cursor ? p.key : INT64_MAX, p.id, p.limit,
                  rq->arena, &rows, &len);
    db_end_read(rq->db);
    if (e != E_OK) {
        return e;
    }
    bool more = len > (size_t)p.limit;
    size_t shown = more ? (size_t)p.limit : len;
    json_object_begin(&rs->json);
    json_key(&rs->json, "items");
    json_array_begin(&rs->json);
    for (size_t i = 0; i < shown; i++) {
        ban_write(&rs->json, &rows[i]);
    }
    json_array_end(&rs->json);
    struct ban none = {.created_at = 0};
    const struct ban *last = shown > 0 ? &rows[shown - 1] : &none;
    page_next(rs, rq, more, last->created_at, STR(""), last->user.id);
    json_object_end(&rs->json);
    return E_OK;
}

struct change {
    const struct caller *who;
    int64_t group;
    int64_t user;
    bool revoke_invites;
    int64_t live_invites;
};

static enum err put(struct tx *tx, void *arg)
{
    struct change *c = arg;
    enum err e = bans_put(tx, c->who, c->group, c->user);
    return e == E_OK ? invites_of_maker(tx, c->group, c->user, c->revoke_invites,
                                        &c->live_invites)
                     : e;
}

enum err bans_put_one(struct request *rq, struct response *rs)
{
    struct change c = {.who = &rq->caller, .group = rq->group, .user = rq->user};
    c.revoke_invites = query_bool(rq, "revoke_invites");
    enum err e = query_end(rq);
    if (e == E_OK) {
        e = transact_write(rq, put, &c);
    }
    if (e == E_CONFLICT) {
        rq->detail = "Nobody can ban themselves";
    }
    if (e == E_OK) {
        json_object_begin(&rs->json);
        json_member_int(&rs->json, "live_invites", c.live_invites);
        json_object_end(&rs->json);
    }
    return e;
}

static enum err lift(struct tx *tx, void *arg)
{
    const struct change *c = arg;
    return bans_lift(tx, c->who, c->group, c->user);
}

enum err bans_delete_one(struct request *rq, struct response *rs)
{
    struct change c = {.who = &rq->caller, .group = rq->group, .user = rq->user};
    enum err e = transact_write(rq, lift, &c);
    if (e == E_OK) {
        rs->status = 204;
    }
    return e;
}
