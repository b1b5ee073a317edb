#include "api/handlers/members.h"

#include "api/handlers/transact.h"
#include "api/store/invites.h"
#include "api/store/memberships.h"
#include "api/store/reaper.h"

/* What the jobs of this file take and give. */
struct change {
    const struct caller *who;
    int64_t group;
    int64_t user;
    struct str notify;
    enum role role;
    bool revoke_invites;
    /* what came of it */
    bool joined;
    bool dissolved;
    int64_t live_invites;
    struct group after;
    struct member member;
};

static struct change change_of(const struct request *rq)
{
    return (struct change){.who = &rq->caller, .group = rq->group, .user = rq->user};
}

/* ---- Myself ---- */

static enum err join(struct tx *tx, void *arg)
{
    struct change *c = arg;
    return memberships_join(tx, c->who, c->group, &c->joined, &c->after);
}

enum err members_put_me(struct request *rq, struct response *rs)
{
    struct change c = change_of(rq);
    enum err e = transact_write(rq, join, &c);
    if (e == E_OK) {
        rs->status = c.joined ? 201 : 200;
        group_write(&rs->json, &c.after);
    }
    return e;
}

static enum err set_notify(struct tx *tx, void *arg)
{
    struct change *c = arg;
    return memberships_set_notify(tx, c->who, c->group, c->notify, &c->after);
}

enum err members_patch_me(struct request *rq, struct response *rs)
{
    static const char *const levels[] = {"all", "mentions", "nothing", NULL};
    struct change c = change_of(rq);
    struct fields f;
    fields_begin(&f, rq);
    int level = field_choice(&f, "notify", FIELD_REQUIRED, levels, 0);
    c.notify = str_of(levels[level]);
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = transact_write(rq, set_notify, &c);
    }
    if (e == E_OK) {
        group_write(&rs->json, &c.after);
    }
    return e;
}

static enum err leave(struct tx *tx, void *arg)
{
    struct change *c = arg;
    return memberships_leave(tx, c->who, c->group, &c->dissolved);
}

enum err members_delete_me(struct request *rq, struct response *rs)
{
    struct change c = change_of(rq);
    enum err e = transact_write(rq, leave, &c);
    if (e == E_OK) {
        rs->status = 204;
        if (c.dissolved) {
            reaper_kick(rq->app->writer);
        }
    }
    return e;
}

/* ---- All ---- */

enum err members_get_list(struct request *rq, struct response *rs)
{
    struct page p;
    struct member *rows = NULL;
    size_t len = 0;
    enum err e = page_read(rq, &p);
    if (e == E_OK) {
        e = transact_read(rq, ACCESS_READ);
    }
    if (e != E_OK) {
        return e;
    }
    e = memberships_list(rq->db, rq->group, p.key, p.id, p.limit, rq->arena, &rows,
                         &len);
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
        member_write(&rs->json, &rows[i]);
    }
    json_array_end(&rs->json);
    struct member none = {.joined_at = 0};
    const struct member *last = shown > 0 ? &rows[shown - 1] : &none;
    page_next(rs, rq, more, last->joined_at, STR(""), last->user.id);
    json_member_int(&rs->json, "head", rq->access.head);
    json_member_str(&rs->json, "epoch", str_of(db_epoch(rq->db)));
    json_object_end(&rs->json);
    return E_OK;
}

/* ---- Others ---- */

static enum err set_role(struct tx *tx, void *arg)
{
    struct change *c = arg;
    return memberships_set_role(tx, c->who, c->group, c->user, c->role, &c->member);
}

enum err members_patch_one(struct request *rq, struct response *rs)
{
    static const char *const roles[] = {"member", "admin", "owner", NULL};
    struct change c = change_of(rq);
    struct fields f;
    fields_begin(&f, rq);
    int role = field_choice(&f, "role", FIELD_REQUIRED, roles, 0);
    c.role = (enum role)(ROLE_MEMBER + role);
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = transact_write(rq, set_role, &c);
    }
    if (e == E_OK) {
        member_write(&rs->json, &c.member);
    }
    return e;
}

static enum err expel(struct tx *tx, void *arg)
{
    struct change *c = arg;
    bool was_member = false;
    enum err e =
        memberships_expel(tx, c->who, c->group, c->user, REMOVAL_REMOVED, &was_member);
    if (e == E_OK && !was_member) {
        e = E_NOT_FOUND;
    }
    if (e == E_OK) {
        e = invites_of_maker(tx, c->group, c->user, c->revoke_invites,
                             &c->live_invites);
    }
    return e;
}

enum err members_delete_one(struct request *rq, struct response *rs)
{
    struct change c = change_of(rq);
    c.revoke_invites = query_bool(rq, "revoke_invites");
    enum err e = query_end(rq);
    if (e == E_OK && rq->user == rq->caller.user) {
        return members_delete_me(rq, rs); /* the same thing by another name */
    }
    if (e == E_OK) {
        e = transact_write(rq, expel, &c);
    }
    if (e == E_OK) {
        json_object_begin(&rs->json);
        json_member_int(&rs->json, "live_invites", c.live_invites);
        json_object_end(&rs->json);
    }
    return e;
}
