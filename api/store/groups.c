#include "api/store/groups.h"

#include <assert.h>

#include "api/store/events.h"
#include "api/store/ids.h"
#include "api/store/memberships.h"
#include "lib/id.h"

enum { GROUP_JSON_MAX = 16384 }; /* a name of 80 and a description of 500 characters */

/* ---- Reading ---- */

enum { COLUMN_RECENT = 18 };

static struct group from_row(struct stmt *s, struct db *db, struct arena *arena)
{
    struct group g = {
        .id = col_int(s, 0),
        .name = col_str(s, 1, arena),
        .description = col_str(s, 2, arena),
        .is_public = str_eq(col_view(s, 3), STR("public")),
        .slow_mode_seconds = col_int(s, 5),
        .archived = col_int(s, 6) != 0,
        .members_can_invite = col_int(s, 7) != 0,
        .created_at = col_int(s, 8),
        .member_count = col_int(s, 9),
        .head = col_int(s, 10),
        .epoch = db_epoch(db),
    };
    bool known = group_kind_parse(col_view(s, 4), &g.kind);
    assert(known); /* the schema lets no other word in */
    if (role_parse(col_view(s, 11), &g.me.role)) {
        g.me.joined_at = col_int(s, 12);
        g.me.read_seq = col_int(s, 13);
        g.me.notify = col_str(s, 14, arena);
        g.me.muted_until = col_int(s, 15);
        g.me.unread = col_int(s, 16);
        g.me.mentions = col_int(s, 17);
    }
    return g;
}

enum err groups_load(struct db *db, int64_t group, int64_t user, struct arena *arena,
                     struct group *out)
{
    struct stmt *s = db_stmt(db, QUERY_group_load);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    bool found = stmt_row(s);
    *out = found ? from_row(s, db, arena) : (struct group){.id = 0};
    enum err e = stmt_end(s);
    return e != E_OK ? e : found ? E_OK : E_NOT_FOUND;
}

/* For LIKE: what was typed, anywhere, taken literally. */
static struct str pattern_of(struct arena *arena, struct str q)
{
    if (q.ptr == NULL) {
        return STR_NONE;
    }
    char *text = arena_alloc(arena, q.len * 2 + 3);
    size_t len = 0;
    text[len++] = '%';
    for (size_t i = 0; i < q.len; i++) {
        if (q.ptr[i] == '%' || q.ptr[i] == '_' || q.ptr[i] == '!') {
            text[len++] = '!';
        }
        text[len++] = q.ptr[i];
    }
    text[len++] = '%';
    return (struct str){text, len};
}

enum err groups_directory(struct db *db, int64_t user, struct str q,
                          const struct group_page *page, struct arena *arena,
                          struct group **rows, size_t *len)
{
    *len = 0;
    *rows = arena_alloc(arena, sizeof(**rows) * (size_t)(page->limit + 1));
    struct stmt *s = db_stmt(db, QUERY_groups_directory);
    bind_int(s, ":user", user);
    bind_int(s, ":key", page->key);
    bind_str(s, ":name", page->name);
    bind_int(s, ":id", page->id);
    bind_str(s, ":pattern", pattern_of(arena, q));
    bind_int(s, ":limit", page->limit + 1);
    while (stmt_row(s)) {
        (*rows)[(*len)++] = from_row(s, db, arena);
    }
    return stmt_end(s);
}

enum err groups_mine(struct db *db, int64_t user, const struct group_page *page,
                     struct arena *arena, struct group **rows, size_t *len)
{
    *len = 0;
    *rows = arena_alloc(arena, sizeof(**rows) * (size_t)(page->limit + 1));
    struct stmt *s = db_stmt(db, QUERY_groups_mine);
    bind_int(s, ":user", user);
    bind_int(s, ":key", page->key);
    bind_int(s, ":id", page->id);
    bind_int(s, ":limit", page->limit + 1);
    while (stmt_row(s)) {
        struct group *g = &(*rows)[(*len)++];
        *g = from_row(s, db, arena);
        g->recent = col_int(s, COLUMN_RECENT);
    }
    return stmt_end(s);
}

/* ---- JSON ---- */

static void write_shared_members(struct json_writer *w, const struct group *g)
{
    json_member_id(w, "id", g->id);
    json_member_str_or_null(w, "name", g->name);
    json_member_str(w, "description", g->description);
    json_member_str(w, "visibility", g->is_public ? STR("public") : STR("private"));
    json_member_str(w, "kind", str_of(group_kind_name(g->kind)));
    json_member_int(w, "slow_mode_seconds", g->slow_mode_seconds);
    json_member_bool(w, "archived", g->archived);
    json_member_bool(w, "members_can_invite", g->members_can_invite);
    json_member_time(w, "created_at", g->created_at);
    json_member_int(w, "member_count", g->member_count);
    json_member_int(w, "head", g->head);
    json_member_str(w, "epoch", str_of(g->epoch));
}

static void write_me(struct json_writer *w, const struct group_me *me)
{
    if (me->role == ROLE_NONE) {
        json_member_null(w, "me");
        return;
    }
    json_key(w, "me");
    json_object_begin(w);
    json_member_str(w, "role", str_of(role_name(me->role)));
    json_member_time(w, "joined_at", me->joined_at);
    json_member_int(w, "read_seq", me->read_seq);
    json_member_int(w, "unread", me->unread);
    json_member_int(w, "mentions", me->mentions);
    json_member_str(w, "notify", me->notify);
    json_member_time_or_null(w, "muted_until", me->muted_until);
    json_object_end(w);
}

void group_write_members(struct json_writer *w, const struct group *g)
{
    write_shared_members(w, g);
    write_me(w, &g->me);
}

void group_write(struct json_writer *w, const struct group *g)
{
    json_object_begin(w);
    group_write_members(w, g);
    json_object_end(w);
}

void group_write_shared(struct json_writer *w, const struct group *g)
{
    json_object_begin(w);
    write_shared_members(w, g);
    json_object_end(w);
}

/* ---- Notices ---- */

void groups_notify_added(struct tx *tx, const struct group *g, int64_t user)
{
    struct buf text = BUF_INIT(GROUP_JSON_MAX);
    struct json_writer w;
    json_begin(&w, &text);
    json_object_begin(&w);
    json_member_str(&w, "type", STR("group.added"));
    json_key(&w, "group");
    group_write(&w, g);
    json_object_end(&w);
    assert(buf_ok(&text));
    tx_notify_user(tx, user, buf_view(&text));
    buf_finish(&text);
}

void groups_notify_removed(struct tx *tx, int64_t group, int64_t user,
                           const char *reason)
{
    struct buf text = BUF_INIT(256);
    struct json_writer w;
    json_begin(&w, &text);
    json_object_begin(&w);
    json_member_str(&w, "type", STR("group.removed"));
    json_member_id(&w, "group", group);
    json_member_str(&w, "reason", str_of(reason));
    json_object_end(&w);
    assert(buf_ok(&text));
    tx_notify_user(tx, user, buf_view(&text));
    buf_finish(&text);
}

/* ---- Making ---- */

enum err groups_make(struct tx *tx, const struct caller *who, const struct group_new *n,
                     struct group *out)
{
    int64_t id = id_random();
    struct stmt *s = db_stmt(tx->db, QUERY_group_insert);
    bind_int(s, ":id", id);
    bind_str(s, ":name", n->name);
    bind_str(s, ":description", n->description);
    bind_str(s, ":visibility", n->is_public ? STR("public") : STR("private"));
    bind_str(s, ":kind", str_of(group_kind_name(n->kind)));
    bind_int(s, ":now", tx->now_ms);
    enum err e = stmt_run(s);
    if (e == E_OK) {
        e = memberships_insert(tx, id, who->user, ROLE_OWNER, 0);
    }
    if (e == E_OK) {
        e = groups_load(tx->db, id, who->user, tx->arena, out);
    }
    if (e == E_OK) {
        groups_notify_added(tx, out, who->user);
    }
    return e;
}

/* ---- Changing ---- */

/* What the row will hold. E_CONFLICT for private to public. */
static enum err apply(struct group *g, const struct group_patch *p,
                      const struct access *a)
{
    if (p->visibility >= 0 && a->role != ROLE_OWNER) {
        return E_FORBIDDEN;
    }
    if (p->visibility == 1 && !g->is_public) {
        return E_CONFLICT;
    }
    if (p->visibility >= 0) {
        g->is_public = p->visibility == 1;
    }
    if (p->name.ptr != NULL) {
        g->name = p->name;
    }
    if (p->description.ptr != NULL) {
        g->description = p->description;
    }
    if (p->kind >= 0) {
        g->kind = (enum group_kind)p->kind;
    }
    if (p->slow_mode_seconds >= 0) {
        g->slow_mode_seconds = p->slow_mode_seconds;
    }
    if (p->archived >= 0) {
        g->archived = p->archived == 1;
    }
    if (p->members_can_invite >= 0) {
        g->members_can_invite = p->members_can_invite == 1;
    }
    return E_OK;
}

static bool is_same(const struct group *a, const struct group *b)
{
    return str_eq(a->name, b->name) && str_eq(a->description, b->description) &&
           a->is_public == b->is_public && a->kind == b->kind &&
           a->slow_mode_seconds == b->slow_mode_seconds && a->archived == b->archived &&
           a->members_can_invite == b->members_can_invite;
}

static enum err store(struct tx *tx, const struct group *g)
{
    struct stmt *s = db_stmt(tx->db, QUERY_group_patch);
    bind_int(s, ":group", g->id);
    bind_str(s, ":name", g->name);
    bind_str(s, ":description", g->description);
    bind_str(s, ":visibility", g->is_public ? STR("public") : STR("private"));
    bind_str(s, ":kind", str_of(group_kind_name(g->kind)));
    bind_int(s, ":slow_mode_seconds", g->slow_mode_seconds);
    bind_int(s, ":archived", g->archived);
    bind_int(s, ":members_can_invite", g->members_can_invite);
    return stmt_run(s);
}

/* The event holds the group at its own seq. */
static enum err announce_updated(struct tx *tx, int64_t actor, struct group *g)
{
    struct event_new event = {
        .group = g->id, .type = EVENT_GROUP_UPDATED, .actor = actor};
    enum err e = events_next_seq(tx, g->id, &event.seq);
    if (e != E_OK) {
        return e;
    }
    g->head = event.seq;
    struct buf text = BUF_INIT(GROUP_JSON_MAX);
    struct json_writer w;
    json_begin(&w, &text);
    json_key(&w, "group");
    group_write_shared(&w, g);
    assert(buf_ok(&text));
    event.data = buf_view(&text);
    e = events_append(tx, &event);
    buf_finish(&text);
    return e;
}

enum err groups_patch(struct tx *tx, const struct caller *who, int64_t group,
                      const struct group_patch *p, struct group *out)
{
    struct access a;
    enum err e = access_require(tx->db, who, group, ACCESS_ADMIN, tx->now_ms, &a);
    if (e == E_OK && a.kind == GROUP_DIRECT) {
        e = E_FORBIDDEN;
    }
    if (e == E_OK) {
        e = groups_load(tx->db, group, who->user, tx->arena, out);
    }
    if (e != E_OK) {
        return e;
    }
    struct group before = *out;
    e = apply(out, p, &a);
    if (e != E_OK || is_same(&before, out)) {
        return e;
    }
    e = store(tx, out);
    return e == E_OK ? announce_updated(tx, who->user, out) : e;
}

/* ---- Deleting ---- */

enum err groups_dissolve(struct tx *tx, int64_t actor, int64_t group)
{
    struct event_new event = {
        .group = group, .type = EVENT_GROUP_DELETED, .actor = actor};
    enum err e = events_add(tx, &event, NULL);
    if (e != E_OK) {
        return e;
    }
    struct ids members;
    struct stmt *s = db_stmt(tx->db, QUERY_group_members);
    bind_int(s, ":group", group);
    e = ids_read(&members, tx->arena, s);
    for (size_t i = 0; e == E_OK && i < members.len; i++) {
        groups_notify_removed(tx, group, members.at[i], "deleted");
    }
    if (e == E_OK) {
        s = db_stmt(tx->db, QUERY_group_empty);
        bind_int(s, ":group", group);
        e = stmt_run(s);
    }
    if (e == E_OK) {
        s = db_stmt(tx->db, QUERY_group_mark_deleted);
        bind_int(s, ":group", group);
        bind_int(s, ":now", tx->now_ms);
        e = stmt_run(s);
    }
    return e;
}

enum err groups_delete(struct tx *tx, const struct caller *who, int64_t group)
{
    struct access a;
    enum err e = access_require(tx->db, who, group, ACCESS_OWNER, tx->now_ms, &a);
    return e == E_OK ? groups_dissolve(tx, who->user, group) : e;
}
