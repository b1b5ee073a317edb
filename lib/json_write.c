#include <stdio.h>

#include "lib/clock.h"
#include "lib/id.h"
#include "lib/json.h"

void json_begin(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){.out = out, .comma = false};
}

static void before_value(struct json_writer *w)
{
    if (w->comma) {
        buf_char(w->out, ',');
    }
    w->comma = true;
}

static void open_with(struct json_writer *w, char bracket)
{
    before_value(w);
    buf_char(w->out, bracket);
    w->comma = false;
}

static void close_with(struct json_writer *w, char bracket)
{
    buf_char(w->out, bracket);
    w->comma = true;
}

void json_object_begin(struct json_writer *w)
{
    open_with(w, '{');
}

void json_object_end(struct json_writer *w)
{
    close_with(w, '}');
}

void json_array_begin(struct json_writer *w)
{
    open_with(w, '[');
}

void json_array_end(struct json_writer *w)
{
    close_with(w, ']');
}

void json_key(struct json_writer *w, const char *name)
{
    before_value(w);
    buf_char(w->out, '"');
    buf_str(w->out, str_of(name));
    buf_str(w->out, STR("\":"));
    w->comma = false;
}

static void put_escape(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':
        buf_str(out, STR("\\\""));
        return;
    case '\\':
        buf_str(out, STR("\\\\"));
        return;
    case '\n':
        buf_str(out, STR("\\n"));
        return;
    case '\r':
        buf_str(out, STR("\\r"));
        return;
    case '\t':
        buf_str(out, STR("\\t"));
        return;
    default:
        buf_str(out, STR("\\u00"));
        buf_char(out, hex[c >> 4]);
        buf_char(out, hex[c & 15]);
    }
}

void json_put_str(struct json_writer *w, struct str s)
{
    before_value(w);
    buf_char(w->out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
            buf_bytes(w->out, s.ptr + from, i - from);
            put_escape(w->out, c);
            from = i + 1;
        }
    }
    if (from < s.len) {
        buf_bytes(w->out, s.ptr + from, s.len - from);
    }
    buf_char(w->out, '"');
}

void json_put_int(struct json_writer *w, int64_t v)
{
    before_value(w);
    buf_i64(w->out, v);
}

void json_put_bool(struct json_writer *w, bool v)
{
    json_put_raw(w, v ? STR("true") : STR("false"));
}

void json_put_null(struct json_writer *w)
{
    json_put_raw(w, STR("null"));
}

void json_put_raw(struct json_writer *w, struct str json)
{
    before_value(w);
    buf_str(w->out, json);
}

void json_put_members(struct json_writer *w, struct str members)
{
    if (members.len > 0) {
        json_put_raw(w, members);
    }
}

void json_member_str(struct json_writer *w, const char *name, struct str s)
{
    json_key(w, name);
    json_put_str(w, s);
}

void json_member_str_or_null(struct json_writer *w, const char *name, struct str s)
{
    json_key(w, name);
    if (s.ptr == NULL) {
        json_put_null(w);
    } else {
        json_put_str(w, s);
    }
}

void json_member_int(struct json_writer *w, const char *name, int64_t v)
{
    json_key(w, name);
    json_put_int(w, v);
}

void json_member_bool(struct json_writer *w, const char *name, bool v)
{
    json_key(w, name);
    json_put_bool(w, v);
}

void json_member_null(struct json_writer *w, const char *name)
{
    json_key(w, name);
    json_put_null(w);
}

void json_member_id(struct json_writer *w, const char *name, int64_t id)
{
    json_member_str(w, name, str_of(ID_TEXT(id)));
}

void json_member_time(struct json_writer *w, const char *name, int64_t wall_ms)
{
    char text[CLOCK_RFC3339_SIZE];
    clock_format(wall_ms, text);
    json_member_str(w, name, str_of(text));
}

void json_member_time_or_null(struct json_writer *w, const char *name, int64_t wall_ms)
{
    if (wall_ms == 0) {
        json_member_null(w, name);
    } else {
        json_member_time(w, name, wall_ms);
    }
}
