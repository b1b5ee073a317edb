#include "api/store/memberships.h"

#include "api/store/events.h"
#include "api/store/invites.h"
#include "lib/id.h"

/* ---- Reading ---- */

static struct member from_row(struct stmt *s, struct arena *arena)
{
    struct member m = {.user = user_from_row(s, 0, arena),
                       .joined_at = col_int(s, USER_COLUMNS + 1),
                       .muted_until = col_int(s, USER_COLUMNS + 2)};
    if (!role_parse(col_view(s, USER_COLUMNS), &m.role)) {
        m.role = ROLE_MEMBER; /* the schema lets no other word in */
    }
    return m;
}

enum err memberships_load(struct db *db, int64_t group, int64_t user,
                          struct arena *arena, struct member *out)
{
    struct stmt *s = db_stmt(db, QUERY_membership_load);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    bool found = stmt_row(s);
    *out = found ? from_row(s, arena) : (struct member){.role = ROLE_NONE};
    enum err e = stmt_end(s);
    return e != E_OK ? e : found ? E_OK : E_NOT_FOUND;
}

enum err memberships_list(struct db *db, int64_t group, int64_t joined_at, int64_t user,
                          int64_t limit, struct arena *arena, struct member **rows,
                          size_t *len)
{
    *len = 0;
    *rows = arena_alloc(arena, sizeof(**rows) * (size_t)(limit + 1));
    struct stmt *s = db_stmt(db, QUERY_memberships_list);
    bind_int(s, ":group", group);
    bind_int(s, ":joined_at", joined_at);
    bind_int(s, ":user", user);
    bind_int(s, ":limit", limit + 1);
    while (stmt_row(s)) {
        (*rows)[(*len)++] = from_row(s, arena);
    }
    return stmt_end(s);
}

void member_write(struct json_writer *w, const struct member *m)
{
    json_object_begin(w);
    json_key(w, "user");
    user_write(w, &m->user);
    json_member_str(w, "role", str_of(role_name(m->role)));
    json_member_time(w, "joined_at", m->joined_at);
    json_member_time_or_null(w, "muted_until", m->muted_until);
    json_member_bool(w, "online", false); /* no presence is known to the api */
    json_object_end(w);
}

/* ---- Small steps ---- */

static enum err count_members(struct tx *tx, int64_t group, int64_t change)
{
    struct stmt *s = db_stmt(tx->db, QUERY_group_count_members);
    bind_int(s, ":group", group);
    bind_int(s, ":change", change);
    return stmt_run(s);
}

static enum err is_there(struct tx *tx, enum query q, int64_t group, int64_t user,
                         bool *yes)
{
    struct stmt *s = db_stmt(tx->db, q);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    *yes = stmt_row(s);
    return stmt_end(s);
}

static enum err need_other_owner(struct tx *tx, int64_t group, int64_t user)
{
    bool other = false;
    enum err e = is_there(tx, QUERY_membership_other_owner, group, user, &other);
    return e != E_OK ? e : other ? E_OK : E_LAST_OWNER;
}

enum err memberships_insert(struct tx *tx, int64_t group, int64_t user, enum role role,
                            int64_t read_seq)
{
    struct stmt *s = db_stmt(tx->db, QUERY_membership_insert);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    bind_str(s, ":role", str_of(role_name(role)));
    bind_int(s, ":now", tx->now_ms);
    bind_int(s, ":read_seq", read_seq);
    enum err e = stmt_run(s);
    return e == E_OK ? count_members(tx, group, 1) : e;
}

/* ---- In ---- */

enum err memberships_add(struct tx *tx, int64_t group, int64_t user, int64_t invite,
                         struct group *out)
{
    int64_t seq = 0;
    struct event_new event = {
        .group = group, .type = EVENT_MEMBER_JOINED, .actor = user, .user = user};
    if (invite != 0) {
        event.data = arena_printf(tx->arena, "\"invite_id\":\"%s\"", ID_TEXT(invite));
    }
    enum err e = events_add(tx, &event, &seq);
    if (e == E_OK) {
        e = memberships_insert(tx, group, user, ROLE_MEMBER, seq);
    }
    if (e == E_OK) {
        e = groups_load(tx->db, group, user, tx->arena, out);
    }
    if (e == E_OK) {
        groups_notify_added(tx, out, user);
    }
    return e;
}

enum err memberships_join(struct tx *tx, const struct caller *who, int64_t group,
                          bool *joined, struct group *out)
{
    struct access a;
    *joined = false;
    enum err e = access_require(tx->db, who, group, ACCESS_READ, tx->now_ms, &a);
    if (e != E_OK) {
        return e;
    }
    if (a.role != ROLE_NONE) {
        return groups_load(tx->db, group, who->user, tx->arena, out);
    }
    if (a.banned) {
        return E_BANNED;
    }
    if (who->kind == USER_GUEST) {
        return E_FORBIDDEN;
    }
    *joined = true;
    return memberships_add(tx, group, who->user, 0, out);
}

/* ---- Out ---- */

struct outing {
    int64_t group;
    int64_t user;
    int64_t actor;
    enum event_type type;
    const char *reason;
    struct str voids; /* seqs that lost their body with it */
};

static enum err take_out(struct tx *tx, const struct outing *o)
{
    struct stmt *s = db_stmt(tx->db, QUERY_membership_delete);
    bind_int(s, ":group", o->group);
    bind_int(s, ":user", o->user);
    enum err e = stmt_run(s);
    if (e == E_OK) {
        e = count_members(tx, o->group, -1);
    }
    if (e == E_OK) {
        struct event_new event = {.group = o->group,
                                  .type = o->type,
                                  .actor = o->actor,
                                  .user = o->user,
                                  .drop = o->user,
                                  .voids = o->voids};
        e = events_add(tx, &event, NULL);
    }
    if (e == E_OK) {
        groups_notify_removed(tx, o->group, o->user, o->reason);
    }
    return e;
}

enum err memberships_leave(struct tx *tx, const struct caller *who, int64_t group,
                           bool *dissolved)
{
    struct access a;
    *dissolved = false;
    enum err e = access_require(tx->db, who, group, ACCESS_MEMBER, tx->now_ms, &a);
    if (e != E_OK) {
        /* Of a public group one is not in: there is no such membership. */
        return e == E_FORBIDDEN ? E_NOT_FOUND : e;
    }
    bool others = false;
    e = is_there(tx, QUERY_membership_other_member, group, who->user, &others);
    if (e == E_OK && !others) {
        *dissolved = true;
        return groups_dissolve(tx, who->user, group);
    }
    if (e == E_OK && a.role == ROLE_OWNER) {
        e = need_other_owner(tx, group, who->user);
    }
    if (e == E_OK) {
        struct outing o = {.group = group,
                           .user = who->user,
                           .actor = who->user,
                           .type = EVENT_MEMBER_LEFT,
                           .reason = "left"};
        e = take_out(tx, &o);
    }
    return e;
}

static enum err blanked_seqs(struct tx *tx, int64_t group, int64_t user,
                             struct str *out)
{
    struct buf text = BUF_INIT(8192); /* 300 numbers of at most 17 characters */
    struct stmt *s = db_stmt(tx->db, QUERY_user_message_seqs);
    bind_int(s, ":user", user);
    bind_int(s, ":group", group);
    while (stmt_row(s)) {
        buf_printf(&text, "%s%lld", text.len > 0 ? "," : "", (long long)col_int(s, 0));
    }
    *out = text.len > 0 ? arena_str(tx->arena, buf_view(&text)) : STR_NONE;
    buf_finish(&text);
    return stmt_end(s);
}

enum err memberships_erase(struct tx *tx, int64_t group, int64_t user)
{
    struct access a;
    struct caller them = {.user = user};
    bool others = false;
    struct outing o = {.group = group,
                       .user = user,
                       .actor = user,
                       .type = EVENT_MEMBER_ERASED,
                       .reason = "left"};
    enum err e = access_load(tx->db, &them, group, &a);
    if (e == E_OK) {
        e = is_there(tx, QUERY_membership_other_member, group, user, &others);
    }
    if (e == E_OK && !others) {
        return groups_dissolve(tx, user, group);
    }
    if (e == E_OK && a.role == ROLE_OWNER && a.kind != GROUP_DIRECT) {
        e = need_other_owner(tx, group, user);
    }
    if (e == E_OK) {
        int64_t live = 0;
        e = invites_of_maker(tx, group, user, true, &live);
    }
    if (e == E_OK) {
        e = blanked_seqs(tx, group, user, &o.voids);
    }
    return e == E_OK ? take_out(tx, &o) : e;
}

enum err memberships_expel(struct tx *tx, const struct caller *who, int64_t group,
                           int64_t user, enum removal how, bool *was_member)
{
    struct access mine;
    struct access theirs;
    struct caller them = {.user = user};
    *was_member = false;
    enum err e = access_require(tx->db, who, group, ACCESS_ADMIN, tx->now_ms, &mine);
    if (e == E_OK && mine.kind == GROUP_DIRECT) {
        e = E_FORBIDDEN;
    }
    if (e == E_OK) {
        e = access_load(tx->db, &them, group, &theirs);
    }
    if (e != E_OK) {
        return e;
    }
    if (mine.role != ROLE_OWNER && theirs.role > ROLE_MEMBER) {
        return E_FORBIDDEN;
    }
    if (theirs.role == ROLE_NONE) {
        return E_OK;
    }
    *was_member = true;
    struct outing o = {.group = group,
                       .user = user,
                       .actor = who->user,
                       .type = EVENT_MEMBER_REMOVED,
                       .reason = how == REMOVAL_BANNED ? "banned" : "removed"};
    return take_out(tx, &o);
}

/* ---- Changing ---- */

enum err memberships_set_notify(struct tx *tx, const struct caller *who, int64_t group,
                                struct str notify, struct group *out)
{
    struct access a;
    enum err e = access_require(tx->db, who, group, ACCESS_MEMBER, tx->now_ms, &a);
    if (e != E_OK) {
        return e == E_FORBIDDEN ? E_NOT_FOUND : e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_membership_set_notify);
    bind_int(s, ":group", group);
    bind_int(s, ":user", who->user);
    bind_str(s, ":notify", notify);
    e = stmt_run(s);
    return e == E_OK ? groups_load(tx->db, group, who->user, tx->arena, out) : e;
}

static enum err announce_role(struct tx *tx, int64_t group, int64_t actor,
                              const struct member *m)
{
    struct event_new event = {
        .group = group,
        .type = EVENT_MEMBER_ROLE,
        .actor = actor,
        .user = m->user.id,
        .data = arena_printf(tx->arena, "\"role\":\"%s\"", role_name(m->role))};
    return events_add(tx, &event, NULL);
}

enum err memberships_set_role(struct tx *tx, const struct caller *who, int64_t group,
                              int64_t user, enum role role, struct member *out)
{
    struct access a;
    enum err e = access_require(tx->db, who, group, ACCESS_OWNER, tx->now_ms, &a);
    if (e == E_OK && a.kind == GROUP_DIRECT) {
        e = E_FORBIDDEN;
    }
    if (e == E_OK) {
        e = memberships_load(tx->db, group, user, tx->arena, out);
    }
    if (e != E_OK || out->role == role) {
        return e;
    }
    if (out->role == ROLE_OWNER) {
        e = need_other_owner(tx, group, user);
    }
    if (e == E_OK) {
        struct stmt *s = db_stmt(tx->db, QUERY_membership_set_role);
        bind_int(s, ":group", group);
        bind_int(s, ":user", user);
        bind_str(s, ":role", str_of(role_name(role)));
        e = stmt_run(s);
    }
    if (e == E_OK) {
        out->role = role;
        e = announce_role(tx, group, who->user, out);
    }
    return e;
}
