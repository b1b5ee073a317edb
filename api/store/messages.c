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
