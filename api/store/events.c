#include "api/store/events.h"

#include <assert.h>

#include "api/store/messages.h"
#include "api/store/users.h"
#include "lib/id.h"
#include "lib/wire.h"

static const char *const type_names[EVENT_COUNT] = {

#define EVENT(name, text) [EVENT_##name] = (text),
#include "api/store/events.def"
#undef EVENT
};

enum err events_next_seq(struct tx *tx, int64_t group, int64_t *seq)
{
    struct stmt *s = db_stmt(tx->db, QUERY_event_next_seq);
    bind_int(s, ":group", group);
    *seq = 0;
    while (stmt_row(s)) { /* to its end: only then is the UPDATE done */
        *seq = col_int(s, 0);
    }
    enum err e = stmt_end(s);
    return e == E_OK && *seq == 0 ? E_NOT_FOUND : e;
}

/* ---- From the row to the event ---- */

/* The columns of events_after; those of its message begin at COL_MESSAGE. */
enum {
    COL_SEQ,
    COL_TYPE,
    COL_ACTOR,
    COL_ACTOR_NAME,
    COL_AT,
    COL_DATA,
    COL_DROP,
    COL_USER,
    COL_MESSAGE = COL_USER + USER_COLUMNS
};

static void write_message(struct json_writer *w, struct stmt *s, struct str type,
                          int64_t group, struct arena *arena)
{
    struct message m = message_from_row(s, COL_MESSAGE, group, arena);
    json_key(w, "message");
    if (str_eq(type, str_of(type_names[EVENT_MESSAGE_DELETED]))) {
        json_object_begin(w);
        json_member_int(w, "seq", m.seq);
        json_member_bool(w, "deleted", true);
        json_object_end(w);
    } else {
        message_write(w, &m);
    }
}

/* The one place where an event gets its form, for the push, for REST and for recovery. */
static void write_event(struct json_writer *w, struct stmt *s, int64_t group,
                        struct arena *arena)
{
    struct str type = col_str(s, COL_TYPE, arena);
    json_object_begin(w);
    json_member_str(w, "type", type);
    json_member_int(w, "seq", col_int(s, COL_SEQ));
    /* group.updated bears the whole group under this name, and its id in there */
    if (!str_eq(type, str_of(type_names[EVENT_GROUP_UPDATED]))) {
        json_member_id(w, "group", group);
    }
    json_member_time(w, "at", col_int(s, COL_AT));
    json_key(w, "actor");
    json_object_begin(w);
    json_member_id(w, "id", col_int(s, COL_ACTOR));
    json_member_str(w, "display_name", col_view(s, COL_ACTOR_NAME));
    json_object_end(w);
    if (str_starts(type, STR("message."))) {
        write_message(w, s, type, group, arena);
    }
    if (!col_null(s, COL_USER)) {
        struct user user = user_from_row(s, COL_USER, arena);
        json_key(w, "user");
        user_write(w, &user);
    }
    json_put_members(w, col_view(s, COL_DATA));
    json_object_end(w);
}

static struct event_row read_event(struct stmt *s, int64_t group, struct buf *text,
                                   struct arena *arena)
{
    struct json_writer w;
    buf_reset(text);
    json_begin(&w, text);
    write_event(&w, s, group, arena);
    return (struct event_row){
        .seq = col_int(s, COL_SEQ),
        .drop = col_int(s, COL_DROP),
        .gone = str_eq(col_view(s, COL_TYPE), str_of(type_names[EVENT_GROUP_DELETED])),
        .json = arena_str(arena, buf_view(text)),
    };
}

enum err events_after(struct db *db, int64_t group, int64_t after, int64_t count,
                      struct arena *arena, struct event_row **rows, size_t *len)
{
    assert(count > 0 && count <= EVENTS_MAX);
    *rows = arena_alloc(arena, (size_t)count * sizeof(**rows));
    *len = 0;
    struct buf text = BUF_INIT(WIRE_MAX_BYTES);
    struct stmt *s = db_stmt(db, QUERY_events_after);
    bind_int(s, ":group", group);
    bind_int(s, ":after", after);
    bind_int(s, ":count", count);
    while (stmt_row(s)) {
        (*rows)[(*len)++] = read_event(s, group, &text, arena);
    }
    assert(buf_ok(&text)); /* bodies and data are bounded far below */
    buf_finish(&text);
    return stmt_end(s);
}

enum err events_head(struct db *db, int64_t group, int64_t *head, bool *gone)
{
    struct stmt *s = db_stmt(db, QUERY_event_head);
    bind_int(s, ":group", group);
    *head = 0;
    *gone = true;
    if (stmt_row(s)) {
        *head = col_int(s, 0);
        *gone = !col_null(s, 1);
    }
    return stmt_end(s);
}

void event_envelope(struct buf *out, const char *epoch, int64_t group,
                    const struct event_row *row, struct str voids)
{
    struct buf frame = BUF_INIT(WIRE_MAX_BYTES);
    buf_printf(&frame, "{\"push\":{\"channel\":\"group:%s\",\"pub\":{\"data\":",
               ID_TEXT(group));
    buf_str(&frame, row->json);
    buf_printf(&frame, ",\"offset\":%lld}}}", (long long)row->seq);
    assert(buf_ok(&frame));
    envelope_write(out, &(struct envelope){
                            .epoch = str_of(epoch),
                            .seq = row->seq,
                            .drop = row->drop,
                            .voids = voids,
                            .gone = row->gone,
                            .frame = buf_view(&frame),
                        });
    buf_finish(&frame);
}

/* ---- Appending ---- */

static enum err insert_event(struct tx *tx, const struct event_new *e)
{
    struct stmt *s = db_stmt(tx->db, QUERY_event_insert);
    bind_int(s, ":group", e->group);
    bind_int(s, ":seq", e->seq);
    bind_str(s, ":type", str_of(type_names[e->type]));
    bind_int(s, ":actor", e->actor);
    bind_int(s, ":now", tx->now_ms);
    bind_int_or_null(s, ":message_seq", e->message_seq, e->message_seq == 0);
    bind_int_or_null(s, ":user", e->user, e->user == 0);
    bind_str(s, ":data", e->data.ptr != NULL ? e->data : STR(""));
    bind_int_or_null(s, ":drop", e->drop, e->drop == 0);
    return stmt_run(s);
}

enum err events_append(struct tx *tx, const struct event_new *e)
{
    struct event_row *rows;
    size_t len;
    enum err result = insert_event(tx, e);
    if (result == E_OK) {
        result = events_after(tx->db, e->group, e->seq - 1, 1, tx->arena, &rows, &len);
    }
    if (result != E_OK) {
        return result;
    }
    assert(len == 1 && rows[0].seq == e->seq);
    struct buf message = BUF_INIT(WIRE_MAX_BYTES);
    event_envelope(&message, db_epoch(tx->db), e->group, &rows[0], e->voids);
    assert(buf_ok(&message));
    tx_announce(tx, ANNOUNCE_GROUP, e->group, e->seq, buf_view(&message));
    buf_finish(&message);
    return E_OK;
}

enum err events_add(struct tx *tx, struct event_new *e, int64_t *seq)
{
    enum err result = events_next_seq(tx, e->group, &e->seq);
    if (seq != NULL) {
        *seq = e->seq;
    }
    return result != E_OK ? result : events_append(tx, e);
}
