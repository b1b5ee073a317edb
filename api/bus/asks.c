#include "api/bus/asks.h"

#include "api/store/access.h"
#include "api/store/events.h"
#include "api/store/sessions.h"
#include "lib/id.h"
#include "lib/json.h"

enum {
    STANDING_SESSIONS_MAX = 256,
    STANDING_GROUPS_MAX = 4096,
    TAIL_STEP = 32,      /* events read at a time */
    ANSWER_SPARE = 1024, /* for the header */
};

/* ---- session ---- */

static enum err ask_session(struct ask *a, struct buf *out)
{
    struct str how = wire_next(&a->words);
    if (!a->words.ok || (!str_eq(how, STR("bearer")) && !str_eq(how, STR("cookie")))) {
        return E_BAD_REQUEST;
    }
    enum err e =
        sessions_authenticate(a->db, a->words.body, a->now_ms, a->arena, &a->caller);
    if (e != E_OK || a->caller.user == 0) {
        return e != E_OK ? e : E_UNAUTHORIZED;
    }
    wire_option_id(out, "user", a->caller.user);
    wire_option_id(out, "session", a->caller.session);
    wire_option_int(out, "expires_ms", a->caller.expires_at - a->now_ms);
    if (a->caller.token_group != 0) {
        wire_option_id(out, "group", a->caller.token_group);
    }
    wire_body(out, STR(""));
    struct json_writer w;
    json_begin(&w, out);
    json_object_begin(&w);
    json_member_id(&w, "id", a->caller.user);
    json_member_str(&w, "display_name", a->caller.display_name);
    json_object_end(&w);
    return E_OK;
}

/* ---- listen ---- */

/* SESSION USER, which must stand. */
static enum err read_caller(struct ask *a, struct caller *who)
{
    int64_t session = wire_next_id(&a->words);
    int64_t user = wire_next_id(&a->words);
    if (!a->words.ok) {
        return E_BAD_REQUEST;
    }
    enum err e = sessions_load(a->db, session, user, a->now_ms, a->arena, who);
    return e != E_OK ? e : who->user != 0 ? E_OK : E_UNAUTHORIZED;
}

static bool next_group(struct ask *a, int64_t *group)
{
    if (a->words.words.ptr == NULL || !a->words.ok) {
        return false;
    }
    *group = wire_next_id(&a->words);
    return a->words.ok;
}

static void put_head(struct buf *out, int64_t group, int64_t head)
{
    wire_pair(out, group, STR(""));
    buf_i64(out, head);
}

static enum err ask_listen(struct ask *a, struct buf *out)
{
    struct caller who;
    enum err e = read_caller(a, &who);
    int64_t group;
    wire_word(out, str_of(db_epoch(a->db)));
    for (int count = 0; e == E_OK && next_group(a, &group); count++) {
        struct access access;
        if (count == WIRE_MAX_GROUPS) {
            return E_BAD_REQUEST;
        }
        e = access_load(a->db, &who, group, &access);
        if (access.exists && access.role != ROLE_NONE) {
            put_head(out, group, access.head);
        } else {
            wire_pair(out, group, STR("no"));
        }
    }
    wire_body(out, STR(""));
    return e != E_OK ? e : a->words.ok ? E_OK : E_BAD_REQUEST;
}

/* ---- heads ---- */

static enum err ask_heads(struct ask *a, struct buf *out)
{
    enum err e = E_OK;
    int64_t group;
    wire_word(out, str_of(db_epoch(a->db)));
    for (int count = 0; e == E_OK && next_group(a, &group); count++) {
        int64_t head;
        bool gone;
        if (count == WIRE_MAX_GROUPS) {
            return E_BAD_REQUEST;
        }
        e = events_head(a->db, group, &head, &gone);
        if (gone) {
            wire_pair(out, group, STR("gone"));
        } else {
            put_head(out, group, head);
        }
    }
    wire_body(out, STR(""));
    return e != E_OK ? e : a->words.ok ? E_OK : E_BAD_REQUEST;
}

/* ---- tail ---- */

struct tail {
    int64_t group;
    int64_t after;
    int64_t count; /* bounds */
    size_t bytes;
    int64_t taken;
    struct buf body;
};

/* False when the bound of bytes is met. The first envelope is always taken: otherwise a
 * relay would ask for it again and again. */
static bool take_envelope(struct tail *t, const char *epoch,
                          const struct event_row *row)
{
    struct buf envelope = BUF_INIT(WIRE_MAX_BYTES);
    event_envelope(&envelope, epoch, t->group, row, STR_NONE);
    bool fits =
        buf_ok(&envelope) && (t->taken == 0 || t->body.len + envelope.len <= t->bytes);
    if (fits) {
        buf_i64(&t->body, (int64_t)envelope.len);
        buf_char(&t->body, '\n');
        buf_str(&t->body, buf_view(&envelope));
        t->taken++;
        t->after = row->seq;
    }
    buf_finish(&envelope);
    return fits;
}

static enum err fill_tail(struct ask *a, struct tail *t)
{
    struct event_row *rows;
    size_t len = 1;
    bool fits = true;
    enum err e = E_OK;
    while (e == E_OK && fits && len > 0 && t->taken < t->count) {
        int64_t left = t->count - t->taken;
        e = events_after(a->db, t->group, t->after, left < TAIL_STEP ? left : TAIL_STEP,
                         a->arena, &rows, &len);
        for (size_t i = 0; e == E_OK && fits && i < len; i++) {
            fits = take_envelope(t, db_epoch(a->db), &rows[i]);
        }
    }
    return e;
}

static enum err ask_tail(struct ask *a, struct buf *out)
{
    struct tail t = {.group = wire_next_id(&a->words),
                     .after = wire_next_int(&a->words),
                     .count = wire_next_int(&a->words),
                     .body = BUF_INIT(WIRE_MAX_BYTES)};
    int64_t bytes = wire_next_int(&a->words);
    if (!a->words.ok || t.after < 0 || t.count < 1 || bytes < 1) {
        return E_BAD_REQUEST;
    }
    size_t most = WIRE_MAX_BYTES / 2;
    t.bytes = (uint64_t)bytes < most ? (size_t)bytes : most;
    int64_t head;
    bool gone;
    enum err e = events_head(a->db, t.group, &head, &gone);
    if (e == E_OK) {
        e = fill_tail(a, &t);
    }
    if (e == E_OK && gone && t.taken == 0) {
        e = E_NOT_FOUND; /* deleted, and its log with it */
    }
    wire_word(out, str_of(db_epoch(a->db)));
    wire_int(out, head);
    wire_int(out, t.taken);
    wire_body(out, buf_view(&t.body));
    buf_finish(&t.body);
    return e;
}

/* ---- standing ---- */

struct standing {
    int sessions;
    int groups;
};

/* SESSION lost GROUP …, if any of the line's groups fell. */
static enum err put_lost(struct ask *a, struct standing *s, const struct caller *who,
                         struct str groups, struct buf *body)
{
    enum err e = E_OK;
    bool any = false;
    struct str word;
    while (e == E_OK && str_cut(&groups, ' ', &word)) {
        int64_t group;
        struct access access;
        if (!id_parse(word, &group) || s->groups++ == STANDING_GROUPS_MAX) {
            return E_BAD_REQUEST;
        }
        e = access_load(a->db, who, group, &access);
        if (access.exists && access.role != ROLE_NONE) {
            continue;
        }
        if (!any) {
            buf_str(body, str_of(ID_TEXT(who->session)));
            buf_str(body, STR(" lost"));
            any = true;
        }
        wire_id(body, group);
    }
    if (any) {
        buf_char(body, '\n');
    }
    return e;
}

static enum err check_line(struct ask *a, struct standing *s, struct str line,
                           struct buf *body)
{
    struct str word;
    int64_t session;
    int64_t user;
    struct caller who;
    if (s->sessions++ == STANDING_SESSIONS_MAX || !str_cut(&line, ' ', &word) ||
        !id_parse(word, &session) || !str_cut(&line, ' ', &word) ||
        !id_parse(word, &user)) {
        return E_BAD_REQUEST;
    }
    enum err e = sessions_load(a->db, session, user, a->now_ms, a->arena, &who);
    if (e != E_OK) {
        return e;
    }
    if (who.user == 0) {
        buf_str(body, str_of(ID_TEXT(session)));
        buf_str(body, STR(" ended\n"));
        return E_OK;
    }
    return put_lost(a, s, &who, line, body);
}

static enum err ask_standing(struct ask *a, struct buf *out)
{
    struct standing s = {0, 0};
    struct buf body = BUF_INIT(WIRE_MAX_BYTES);
    struct str rest = a->words.body;
    struct str line;
    enum err e = E_OK;
    while (e == E_OK && str_cut(&rest, '\n', &line)) {
        if (line.len > 0) {
            e = check_line(a, &s, line, &body);
        }
    }
    wire_word(out, str_of(db_epoch(a->db)));
    wire_body(out, buf_view(&body));
    buf_finish(&body);
    return e;
}

/* ---- The table ---- */

ask_fn *asks_find(struct str verb)
{
    static const struct {
        const char *verb;
        ask_fn *fn;
    } table[] = {
        {"session", ask_session}, {"listen", ask_listen},     {"tail", ask_tail},
        {"heads", ask_heads},     {"standing", ask_standing},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (str_eq(verb, str_of(table[i].verb))) {
            return table[i].fn;
        }
    }
    return NULL;
}
