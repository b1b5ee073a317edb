#include "api/handlers/invites.h"

#include "api/handlers/names.h"
#include "api/handlers/transact.h"
#include "api/limits.h"
#include "api/store/invite_code.h"
#include "api/store/invites.h"
#include "lib/clock.h"

#define SECOND_MS INT64_C(1000)

enum {
    LABEL_MAX = 100,                   /* characters */
    EXPIRES_DEFAULT_S = 7 * 24 * 3600, /* seconds */
    EXPIRES_MAX_S = 10 * 365 * 24 * 3600,
    USES_MAX = 1000000,
    FULL_RETRY_S = 60,
};

static struct invite_writer writer_of(const struct request *rq)
{
    return (struct invite_writer){.key = rq->app->invite_key,
                                  .public_url = rq->app->settings->public_url,
                                  .now_ms = rq->now_ms};
}

/* What the jobs of this file take and give. */
struct change {
    const struct caller *who;
    int64_t group;
    int64_t invite;
    struct invite_new fresh;
    struct invite made;
};

/* ---- Making ---- */

static enum err make(struct tx *tx, void *arg)
{
    struct change *c = arg;
    return invites_make(tx, c->who, c->group, &c->fresh, &c->made);
}

/* An explicit null: without that bound. */
static int64_t field_bound(struct fields *f, const char *name, int64_t max,
                           int64_t absent)
{
    return field_is_null(f, name) ? 0
                                  : field_int(f, name, FIELD_OPTIONAL, 1, max, absent);
}

enum err invites_post(struct request *rq, struct response *rs)
{
    struct change c = {.who = &rq->caller, .group = rq->group};
    struct fields f;
    fields_begin(&f, rq);
    c.fresh.label = field_text(&f, "label", LABEL_MAX);
    c.fresh.expires_in_ms =
        field_bound(&f, "expires_in", EXPIRES_MAX_S, EXPIRES_DEFAULT_S) * SECOND_MS;
    c.fresh.max_uses = field_bound(&f, "max_uses", USES_MAX, 0);
    c.fresh.live_max = rq->app->settings->limit_live_invites;
    enum err e = fields_end(&f);
    if (c.fresh.label.ptr == NULL) {
        c.fresh.label = STR("");
    }
    if (e == E_OK) {
        e = transact_write(rq, make, &c);
    }
    if (e == E_TOO_MANY_REQUESTS) {
        rq->detail = "This group has as many live invites as it may have";
        rq->retry_after = FULL_RETRY_S;
    }
    if (e == E_OK) {
        struct invite_writer with = writer_of(rq);
        rs->status = 201;
        invite_write(&rs->json, &c.made, &with);
    }
    return e;
}

/* ---- Lists ---- */

enum err invites_get_list(struct request *rq, struct response *rs)
{
    struct page p;
    struct invite *rows = NULL;
    size_t len = 0;
    enum err e = page_read(rq, &p);
    if (e == E_OK) {
        e = transact_read(rq, ACCESS_INVITE);
    }
    if (e != E_OK) {
        return e;
    }
    e = invites_list(rq->db, rq->group, p.has_cursor ? p.key : INT64_MAX, p.id, p.limit,
                     rq->arena, &rows, &len);
    db_end_read(rq->db);
    if (e != E_OK) {
        return e;
    }
    struct invite_writer with = writer_of(rq);
    bool more = len > (size_t)p.limit;
    size_t shown = more ? (size_t)p.limit : len;
    json_object_begin(&rs->json);
    json_key(&rs->json, "items");
    json_array_begin(&rs->json);
    for (size_t i = 0; i < shown; i++) {
        invite_write(&rs->json, &rows[i], &with);
    }
    json_array_end(&rs->json);
    struct invite none = {.id = 0};
    const struct invite *last = shown > 0 ? &rows[shown - 1] : &none;
    page_next(rs, rq, more, last->created_at, STR(""), last->id);
    json_object_end(&rs->json);
    return E_OK;
}

static enum err read_uses(struct request *rq, const struct page *p,
                          struct invite_use **rows, size_t *len)
{
    struct invite i;
    enum err e = transact_read(rq, ACCESS_INVITE);
    if (e != E_OK) {
        return e;
    }
    e = invites_load(rq->db, rq->item, rq->arena, &i);
    if (e == E_OK && i.group != rq->group) {
        e = E_NOT_FOUND;
    }
    if (e == E_OK) {
        e = invites_uses(rq->db, i.id, p->key, p->id, p->limit, rq->arena, rows, len);
    }
    db_end_read(rq->db);
    return e;
}

enum err invites_get_uses(struct request *rq, struct response *rs)
{
    struct page p;
    struct invite_use *rows = NULL;
    size_t len = 0;
    enum err e = page_read(rq, &p);
    if (e == E_OK) {
        e = read_uses(rq, &p, &rows, &len);
    }
    if (e != E_OK) {
        return e;
    }
    bool more = len > (size_t)p.limit;
    size_t shown = more ? (size_t)p.limit : len;
    json_object_begin(&rs->json);
    json_key(&rs->json, "items");
    json_array_begin(&rs->json);
    for (size_t i = 0; i < shown; i++) {
        invite_use_write(&rs->json, &rows[i]);
    }
    json_array_end(&rs->json);
    struct invite_use none = {.at = 0};
    const struct invite_use *last = shown > 0 ? &rows[shown - 1] : &none;
    page_next(rs, rq, more, last->at, STR(""), last->user.id);
    json_object_end(&rs->json);
    return E_OK;
}

/* ---- Ending ---- */

static enum err revoke(struct tx *tx, void *arg)
{
    const struct change *c = arg;
    return invites_revoke(tx, c->who, c->group, c->invite);
}

enum err invites_delete_one(struct request *rq, struct response *rs)
{
    struct change c = {.who = &rq->caller, .group = rq->group, .invite = rq->item};
    enum err e = transact_write(rq, revoke, &c);
    if (e == E_OK) {
        rs->status = 204;
    }
    return e;
}

/* ---- What a code opens ---- */

enum err invites_read_preview(struct request *rq, struct invite *i, struct group *g)
{
    int64_t id = 0;
    if (!invite_code_parse(rq->app->invite_key, rq->code, &id)) {
        return E_NOT_FOUND;
    }
    enum err e = db_begin_read(rq->db);
    if (e != E_OK) {
        return e;
    }
    e = invites_load(rq->db, id, rq->arena, i);
    if (e == E_OK) {
        e = groups_load(rq->db, i->group, 0, rq->arena, g);
    }
    db_end_read(rq->db);
    return e;
}

enum err invites_get_preview(struct request *rq, struct response *rs)
{
    struct invite i;
    struct group g;
    enum err e = invites_read_preview(rq, &i, &g);
    if (e != E_OK) {
        return e;
    }
    struct json_writer *w = &rs->json;
    json_object_begin(w);
    json_key(w, "group");
    json_object_begin(w);
    json_member_str_or_null(w, "name", g.name);
    json_member_str(w, "description", g.description);
    json_member_int(w, "member_count", g.member_count);
    json_object_end(w);
    json_key(w, "inviter");
    json_object_begin(w);
    json_member_str(w, "display_name", i.created_by.display_name);
    json_object_end(w);
    json_member_time_or_null(w, "expires_at", i.expires_at);
    json_member_str(w, "state", str_of(invite_state_name(&i, rq->now_ms)));
    json_object_end(w);
    return E_OK;
}

static enum err accept(struct tx *tx, void *arg)
{
    return invites_accept(tx, arg);
}

/* Of someone without an account, once the invite is known to be there. */
static enum err check_guest(struct request *rq, const struct invite_accept *a)
{
    struct invite i;
    enum err e = invites_load(rq->db, a->invite, rq->arena, &i);
    if (e != E_OK) {
        return e;
    }
    if (strcmp(rq->app->settings->registration, "closed") == 0) {
        return E_REGISTRATION_CLOSED;
    }
    if (a->display_name.ptr == NULL) {
        return request_refuse(rq, "display_name", "is required of a guest");
    }
    return limits_allow(rq->app->limits, LIMIT_SIGNUPS, limits_key_address(rq->address),
                        clock_mono_ms(), &rq->retry_after)
               ? E_OK
               : E_TOO_MANY_REQUESTS;
}

/* Only the guests that came to be count against the address. */
static void count_guest(struct request *rq)
{
    int64_t ignored = 0;
    (void)!limits_take(rq->app->limits, LIMIT_SIGNUPS, limits_key_address(rq->address),
                       clock_mono_ms(), &ignored);
}

enum err invites_post_accept(struct request *rq, struct response *rs)
{
    struct invite_accept a = {.who = &rq->caller, .label = session_label(rq)};
    bool is_guest = rq->caller.user == 0;
    struct fields f;
    fields_begin(&f, rq);
    a.display_name = field_name(&f, "display_name", FIELD_OPTIONAL, DISPLAY_NAME_MAX);
    enum err e = fields_end(&f);
    if (e == E_OK && !invite_code_parse(rq->app->invite_key, rq->code, &a.invite)) {
        e = E_NOT_FOUND;
    }
    if (e == E_OK && is_guest) {
        e = check_guest(rq, &a);
    }
    if (e == E_OK) {
        e = transact_write(rq, accept, &a);
    }
    if (e != E_OK) {
        return e;
    }
    json_object_begin(&rs->json);
    if (is_guest) {
        count_guest(rq);
        rs->status = 201;
        rs->set_token = arena_str(rq->arena, str_of(a.token));
        json_key(&rs->json, "user");
        user_write(&rs->json, &a.user);
        json_member_str(&rs->json, "token", rs->set_token);
    }
    json_key(&rs->json, "group");
    group_write(&rs->json, &a.group);
    json_member_bool(&rs->json, "joined", a.joined);
    json_object_end(&rs->json);
    return E_OK;
}
