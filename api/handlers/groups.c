#include "api/handlers/groups.h"

#include "api/handlers/names.h"
#include "api/handlers/transact.h"
#include "api/store/groups.h"
#include "api/store/messages.h"
#include "api/store/reaper.h"
#include "lib/id.h"

enum {
    NAME_MAX_CHARACTERS = 80,
    DESCRIPTION_MAX_CHARACTERS = 500,
    QUERY_MAX_CHARACTERS = 100,
    SLOW_MODE_MAX_S = 6 * 3600,
};

/* The order of struct group_patch's visibility, and of enum group_kind. */
static const char *const visibilities[] = {"private", "public", NULL};
static const char *const kinds[] = {"chat", "announcement", NULL};

/* ---- Making ---- */

struct making {
    const struct caller *who;
    struct group_new group;
    struct group made;
};

static enum err make(struct tx *tx, void *arg)
{
    struct making *m = arg;
    return groups_make(tx, m->who, &m->group, &m->made);
}

enum err groups_post(struct request *rq, struct response *rs)
{
    struct making m = {.who = &rq->caller};
    struct fields f;
    fields_begin(&f, rq);
    m.group.name = field_name(&f, "name", FIELD_REQUIRED, NAME_MAX_CHARACTERS);
    m.group.description = field_text(&f, "description", DESCRIPTION_MAX_CHARACTERS);
    m.group.is_public =
        field_choice(&f, "visibility", FIELD_REQUIRED, visibilities, 0) == 1;
    m.group.kind = (enum group_kind)field_choice(&f, "kind", FIELD_OPTIONAL, kinds, 0);
    enum err e = fields_end(&f);
    if (m.group.description.ptr == NULL) {
        m.group.description = STR("");
    }
    if (e == E_OK) {
        e = transact_write(rq, make, &m);
    }
    if (e == E_OK) {
        rs->status = 201;
        rs->location = arena_printf(rq->arena, "/api/v1/groups/%s", ID_TEXT(m.made.id));
        group_write(&rs->json, &m.made);
    }
    return e;
}

/* ---- Lists ---- */

static struct group_page page_of(const struct page *p)
{
    return (struct group_page){.limit = p->limit,
                               .key = p->has_cursor ? p->key : INT64_MAX,
                               .name = p->text,
                               .id = p->id};
}

enum err groups_get_directory(struct request *rq, struct response *rs)
{
    struct page p;
    struct group *rows = NULL;
    size_t len = 0;
    struct str q = query_str(rq, "q", QUERY_MAX_CHARACTERS);
    enum err e = page_read(rq, &p);
    if (e != E_OK) {
        return e;
    }
    struct group_page from = page_of(&p);
    e = groups_directory(rq->db, rq->caller.user, q, &from, rq->arena, &rows, &len);
    if (e != E_OK) {
        return e;
    }
    bool more = len > (size_t)p.limit;
    size_t shown = more ? (size_t)p.limit : len;
    json_object_begin(&rs->json);
    json_key(&rs->json, "items");
    json_array_begin(&rs->json);
    for (size_t i = 0; i < shown; i++) {
        group_write(&rs->json, &rows[i]);
    }
    json_array_end(&rs->json);
    struct group none = {.id = 0};
    const struct group *last = shown > 0 ? &rows[shown - 1] : &none;
    page_next(rs, rq, more, last->member_count, last->name, last->id);
    json_object_end(&rs->json);
    return E_OK;
}

/* A group of mine with its last message, of which nothing but its place may be left. */
static enum err write_mine(struct request *rq, struct response *rs,
                           const struct group *g)
{
    struct messages_list last = {.len = 0};
    enum err e = messages_list(rq->db, g->id, MESSAGES_LATEST, 0, 1, rq->arena, &last);
    if (e != E_OK) {
        return e;
    }
    json_object_begin(&rs->json);
    group_write_members(&rs->json, g);
    if (last.len > 0) {
        json_key(&rs->json, "last_message");
        message_write(&rs->json, &last.items[0]);
    } else {
        json_member_null(&rs->json, "last_message");
    }
    json_object_end(&rs->json);
    return E_OK;
}

static enum err write_all_mine(struct request *rq, struct response *rs,
                               const struct page *p)
{
    struct group *rows = NULL;
    size_t len = 0;
    struct group_page from = page_of(p);
    enum err e = groups_mine(rq->db, rq->caller.user, &from, rq->arena, &rows, &len);
    bool more = len > (size_t)p->limit;
    size_t shown = more ? (size_t)p->limit : len;
    json_object_begin(&rs->json);
    json_key(&rs->json, "items");
    json_array_begin(&rs->json);
    for (size_t i = 0; e == E_OK && i < shown; i++) {
        e = write_mine(rq, rs, &rows[i]);
    }
    json_array_end(&rs->json);
    struct group none = {.id = 0};
    const struct group *last = shown > 0 ? &rows[shown - 1] : &none;
    page_next(rs, rq, more, last->recent, STR(""), last->id);
    json_object_end(&rs->json);
    return e;
}

enum err groups_get_mine(struct request *rq, struct response *rs)
{
    struct page p;
    enum err e = page_read(rq, &p);
    if (e == E_OK) {
        e = db_begin_read(rq->db);
    }
    if (e == E_OK) {
        e = write_all_mine(rq, rs, &p);
        db_end_read(rq->db);
    }
    return e;
}

/* ---- One ---- */

enum err groups_get_one(struct request *rq, struct response *rs)
{
    struct group g;
    enum err e = transact_read(rq, ACCESS_READ);
    if (e != E_OK) {
        return e;
    }
    e = groups_load(rq->db, rq->group, rq->caller.user, rq->arena, &g);
    db_end_read(rq->db);
    if (e == E_OK) {
        group_write(&rs->json, &g);
    }
    return e;
}

struct patching {
    const struct caller *who;
    int64_t group;
    struct group_patch patch;
    struct group patched;
};

static enum err patch(struct tx *tx, void *arg)
{
    struct patching *p = arg;
    return groups_patch(tx, p->who, p->group, &p->patch, &p->patched);
}

/* -1 when absent. */
static int field_flag(struct fields *f, const char *name)
{
    bool flag = field_bool(f, name, FIELD_OPTIONAL, false);
    return !field_present(f, name) ? -1 : flag ? 1 : 0;
}

enum err groups_patch_one(struct request *rq, struct response *rs)
{
    struct patching p = {.who = &rq->caller, .group = rq->group};
    struct fields f;
    fields_begin(&f, rq);
    p.patch.name = field_name(&f, "name", FIELD_OPTIONAL, NAME_MAX_CHARACTERS);
    p.patch.description = field_text(&f, "description", DESCRIPTION_MAX_CHARACTERS);
    p.patch.visibility =
        field_choice(&f, "visibility", FIELD_OPTIONAL, visibilities, -1);
    p.patch.kind = field_choice(&f, "kind", FIELD_OPTIONAL, kinds, -1);
    p.patch.slow_mode_seconds =
        field_int(&f, "slow_mode_seconds", FIELD_OPTIONAL, 0, SLOW_MODE_MAX_S, -1);
    p.patch.archived = field_flag(&f, "archived");
    p.patch.members_can_invite = field_flag(&f, "members_can_invite");
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = transact_write(rq, patch, &p);
    }
    if (e == E_CONFLICT) {
        rq->detail = "A private group stays private";
    }
    if (e == E_OK) {
        group_write(&rs->json, &p.patched);
    }
    return e;
}

static enum err delete_group(struct tx *tx, void *arg)
{
    const struct patching *p = arg;
    return groups_delete(tx, p->who, p->group);
}

enum err groups_delete_one(struct request *rq, struct response *rs)
{
    struct patching p = {.who = &rq->caller, .group = rq->group};
    enum err e = transact_write(rq, delete_group, &p);
    if (e == E_OK) {
        rs->status = 204;
        reaper_kick(rq->app->writer);
    }
    return e;
}
