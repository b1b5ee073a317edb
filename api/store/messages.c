#include "api/store/messages.h"

struct message message_from_row(struct stmt *s, int at, int64_t group,
                                struct arena *arena)
{
    return (struct message){
        .seq = col_int(s, at),
        .group = group,
        .author = col_int(s, at + 1),
        .author_name = col_str(s, at + 2, arena),
        .author_kind = col_str(s, at + 3, arena),
        .body = col_str(s, at + 4, arena),
        .client_id = col_str(s, at + 5, arena),
        .reply_to = col_int(s, at + 6),
        .created_at = col_int(s, at + 7),
        .edited_at = col_int(s, at + 8),
        .deleted = col_int(s, at + 9) != 0,
    };
}

static void write_author(struct json_writer *w, const struct message *m)
{
    json_key(w, "author");
    json_object_begin(w);
    json_member_id(w, "id", m->author);
    json_member_str(w, "display_name", m->author_name);
    json_member_str(w, "kind", m->author_kind);
    json_object_end(w);
}

void message_write(struct json_writer *w, const struct message *m)
{
    json_object_begin(w);
    json_member_int(w, "seq", m->seq);
    json_member_id(w, "group", m->group);
    write_author(w, m);
    json_member_str(w, "body", m->deleted ? STR("") : m->body);
    json_member_str_or_null(w, "client_id", m->client_id);
    if (m->reply_to > 0) {
        json_member_int(w, "reply_to", m->reply_to);
    } else {
        json_member_null(w, "reply_to");
    }
    json_member_time(w, "created_at", m->created_at);
    json_member_time_or_null(w, "edited_at", m->edited_at);
    json_member_bool(w, "deleted", m->deleted);
    json_key(w, "reactions");
    json_array_begin(w);
    json_array_end(w);
    json_object_end(w);
}

enum err messages_get(struct db *db, int64_t group, int64_t seq, struct arena *arena,
                      struct message *out)
{
    bool found = false;
    struct stmt *s = db_stmt(db, QUERY_message_get);
    bind_int(s, ":group", group);
    bind_int(s, ":seq", seq);
    if (stmt_row(s)) {
        found = true;
        *out = message_from_row(s, 0, group, arena);
    }
    enum err e = stmt_end(s);
    return e == E_OK && !found ? E_NOT_FOUND : e;
}

enum err messages_by_client_id(struct db *db, int64_t group, int64_t author,
                               struct str client_id, struct arena *arena,
                               struct message *out, bool *found)
{
    struct stmt *s = db_stmt(db, QUERY_message_by_client_id);
    bind_int(s, ":group", group);
    bind_int(s, ":author", author);
    bind_str(s, ":client_id", client_id);
    *found = stmt_row(s);
    if (*found) {
        *out = message_from_row(s, 0, group, arena);
    }
    return stmt_end(s);
}

/* ---- Lists: what stands before a seq, then what stands after one ---- */

static void swap(struct message *a, struct message *b)
{
    struct message kept = *a;
    *a = *b;
    *b = kept;
}

static void reverse(struct message *items, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        swap(&items[i], &items[len - 1 - i]);
    }
}

/* One row more than count tells that there is more. */
static enum err add_before(struct db *db, int64_t group, int64_t before, int64_t count,
                           struct arena *arena, struct messages_list *out)
{
    size_t first = out->len;
    struct stmt *s = db_stmt(db, QUERY_messages_before);
    bind_int(s, ":group", group);
    bind_int(s, ":before", before);
    bind_int(s, ":count", count + 1);
    out->has_before = false;
    while (stmt_row(s)) {
        if (out->len - first == (size_t)count) {
            out->has_before = true;
            break;
        }
        out->items[out->len++] = message_from_row(s, 0, group, arena);
    }
    reverse(out->items + first, out->len - first);
    return stmt_end(s);
}

static enum err add_after(struct db *db, int64_t group, int64_t after, int64_t count,
                          struct arena *arena, struct messages_list *out)
{
    size_t first = out->len;
    struct stmt *s = db_stmt(db, QUERY_messages_after);
    bind_int(s, ":group", group);
    bind_int(s, ":after", after);
    bind_int(s, ":count", count + 1);
    out->has_after = false;
    while (stmt_row(s)) {
        if (out->len - first == (size_t)count) {
            out->has_after = true;
            break;
        }
        out->items[out->len++] = message_from_row(s, 0, group, arena);
    }
    return stmt_end(s);
}

enum err messages_list(struct db *db, int64_t group, enum messages_where where,
                       int64_t seq, int64_t limit, struct arena *arena,
                       struct messages_list *out)
{
    /* Each half is asked for, even with a count of 0: has_before and has_after are told. */
    int64_t before = INT64_MAX;
    int64_t older = limit;
    switch (where) {
    case MESSAGES_LATEST:
        break;
    case MESSAGES_BEFORE:
        before = seq;
        break;
    case MESSAGES_AFTER:
        before = seq < INT64_MAX ? seq + 1 : seq;
        older = 0;
        break;
    case MESSAGES_AROUND:
        before = seq < INT64_MAX ? seq + 1 : seq;
        older = limit - limit / 2;
        break;
    }
    *out = (struct messages_list){
        .items = arena_alloc(arena, (size_t)limit * sizeof(*out->items))};
    enum err e = add_before(db, group, before, older, arena, out);
    if (e != E_OK) {
        return e;
    }
    int64_t newer = where == MESSAGES_AFTER    ? limit
                    : where == MESSAGES_AROUND ? limit - (int64_t)out->len
                                               : 0;
    return add_after(db, group, before - 1, newer, arena, out);
}
