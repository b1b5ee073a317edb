#include "api/store/access.h"

static const char *const role_names[] = {"", "member", "admin", "owner"};
static const char *const kind_names[] = {"chat", "announcement", "direct"};

const char *role_name(enum role r)
{
    return role_names[r];
}

bool role_parse(struct str name, enum role *out)
{
    for (enum role r = ROLE_MEMBER; r <= ROLE_OWNER; r++) {
        if (str_eq(name, str_of(role_names[r]))) {
            *out = r;
            return true;
        }
    }
    return false;
}

const char *group_kind_name(enum group_kind k)
{
    return kind_names[k];
}

bool group_kind_parse(struct str name, enum group_kind *out)
{
    for (enum group_kind k = GROUP_CHAT; k <= GROUP_DIRECT; k++) {
        if (str_eq(name, str_of(kind_names[k]))) {
            *out = k;
            return true;
        }
    }
    return false;
}

enum err access_load(struct db *db, const struct caller *who, int64_t group,
                     struct access *out)
{
    *out = (struct access){.group = group};
    if (who->token_group != 0 && who->token_group != group) {
        return E_OK; /* for this token no other group exists */
    }
    struct stmt *s = db_stmt(db, QUERY_access_load);
    bind_int(s, ":group", group);
    bind_int(s, ":user", who->user);
    if (stmt_row(s)) {
        out->exists = true;
        out->is_public = str_eq(col_view(s, 0), STR("public"));
        bool known = group_kind_parse(col_view(s, 1), &out->kind);
        out->exists = known;
        out->archived = col_int(s, 2) != 0;
        out->members_can_invite = col_int(s, 3) != 0;
        out->slow_mode_seconds = col_int(s, 4);
        out->head = col_int(s, 5);
        if (!role_parse(col_view(s, 6), &out->role)) {
            out->role = ROLE_NONE;
        }
        out->joined_at = col_int(s, 7);
        out->read_seq = col_int(s, 8);
        out->muted_until = col_int(s, 9);
        out->banned = col_int(s, 10) != 0;
    }
    return stmt_end(s);
}

static enum err check_post(const struct access *a, int64_t now_ms)
{
    if (a->archived) {
        return E_ARCHIVED;
    }
    if (a->muted_until > now_ms) {
        return E_MUTED;
    }
    if (a->kind == GROUP_ANNOUNCEMENT && a->role < ROLE_ADMIN) {
        return E_FORBIDDEN;
    }
    return E_OK;
}

enum err access_check(const struct access *a, enum access_level level, int64_t now_ms)
{
    bool visible = a->exists && (a->is_public || a->role != ROLE_NONE);
    if (!visible) {
        return E_NOT_FOUND;
    }
    if (level == ACCESS_READ) {
        return E_OK;
    }
    if (a->role == ROLE_NONE) {
        return E_FORBIDDEN;
    }
    switch (level) {
    case ACCESS_READ:
    case ACCESS_MEMBER:
        return E_OK;
    case ACCESS_POST:
        return check_post(a, now_ms);
    case ACCESS_INVITE:
        return a->kind != GROUP_DIRECT &&
                       (a->role >= ROLE_ADMIN || a->members_can_invite)
                   ? E_OK
                   : E_FORBIDDEN;
    case ACCESS_ADMIN:
        return a->role >= ROLE_ADMIN ? E_OK : E_FORBIDDEN;
    case ACCESS_OWNER:
        return a->role == ROLE_OWNER ? E_OK : E_FORBIDDEN;
    }
    return E_FORBIDDEN;
}

enum err access_require(struct db *db, const struct caller *who, int64_t group,
                        enum access_level level, int64_t now_ms, struct access *out)
{
    enum err e = access_load(db, who, group, out);
    return e != E_OK ? e : access_check(out, level, now_ms);
}
