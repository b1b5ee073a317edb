#include "lib/wire.h"

#include <stdio.h>

#include "lib/id.h"

#define VERSION "1"

void wire_channel(char out[WIRE_CHANNEL_SIZE], const char *kind, const char *name)
{
    snprintf(out, WIRE_CHANNEL_SIZE, "%s:%s", kind, name);
}

void wire_begin(struct buf *b)
{
    buf_str(b, STR(VERSION));
}

void wire_word(struct buf *b, struct str word)
{
    buf_char(b, ' ');
    buf_str(b, word.len > 0 ? word : STR("-"));
}

void wire_id(struct buf *b, int64_t id)
{
    wire_word(b, id != 0 ? str_of(ID_TEXT(id)) : STR("-"));
}

void wire_int(struct buf *b, int64_t v)
{
    buf_char(b, ' ');
    buf_i64(b, v);
}

void wire_option(struct buf *b, const char *name, struct str value)
{
    buf_char(b, ' ');
    buf_str(b, str_of(name));
    buf_char(b, '=');
    buf_str(b, value);
}

void wire_option_id(struct buf *b, const char *name, int64_t id)
{
    wire_option(b, name, str_of(ID_TEXT(id)));
}

void wire_option_int(struct buf *b, const char *name, int64_t v)
{
    wire_option(b, name, STR_NONE);
    buf_i64(b, v);
}

void wire_pair(struct buf *b, int64_t id, struct str value)
{
    wire_id(b, id);
    buf_char(b, ':');
    buf_str(b, value);
}

void wire_body(struct buf *b, struct str body)
{
    buf_char(b, '\n');
    buf_str(b, body);
}

static bool is_header(struct str words)
{
    for (size_t i = 0; i < words.len; i++) {
        if ((unsigned char)words.ptr[i] < 0x20 || words.ptr[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

struct wire_reader wire_read(struct str message)
{
    struct wire_reader w = {.body = message, .ok = false};
    if (str_cut(&w.body, '\n', &w.words) && w.body.ptr != NULL) {
        w.ok = is_header(w.words);
        w.ok = str_eq(wire_next(&w), STR(VERSION)) && w.ok;
    }
    return w;
}

struct str wire_next(struct wire_reader *w)
{
    struct str word = STR("");
    if (!str_cut(&w->words, ' ', &word) || word.len == 0) {
        w->ok = false;
        return STR("");
    }
    return word;
}

int64_t wire_next_id(struct wire_reader *w)
{
    int64_t id = 0;
    if (!id_parse(wire_next(w), &id)) {
        w->ok = false;
        return 0;
    }
    return id;
}

int64_t wire_next_int(struct wire_reader *w)
{
    int64_t v = 0;
    if (!str_to_i64(wire_next(w), &v)) {
        w->ok = false;
        return 0;
    }
    return v;
}

bool wire_item(struct wire_reader *w, struct wire_item *out)
{
    struct str word;
    if (!w->ok || !str_cut(&w->words, ' ', &word)) {
        return false;
    }
    if (word.len == 0) {
        w->ok = false;
        return false;
    }
    size_t at = 0;
    while (at < word.len && word.ptr[at] != '=' && word.ptr[at] != ':') {
        at++;
    }
    out->name = (struct str){word.ptr, at};
    out->value =
        at < word.len ? (struct str){word.ptr + at + 1, word.len - at - 1} : STR_NONE;
    return true;
}

void envelope_write(struct buf *b, const struct envelope *e)
{
    wire_begin(b);
    wire_word(b, e->epoch);
    if (e->seq > 0) {
        wire_int(b, e->seq);
    } else {
        wire_word(b, STR("-"));
    }
    if (e->drop != 0) {
        wire_option_id(b, "drop", e->drop);
    }
    if (e->voids.len > 0) {
        wire_option(b, "void", e->voids);
    }
    if (e->gone) {
        wire_word(b, STR("gone"));
    }
    if (e->plain_text.len > 0) {
        wire_option_int(b, "plain", (int64_t)e->plain_text.len);
    }
    wire_body(b, e->frame);
    buf_str(b, e->plain_text);
}

static bool read_word(struct envelope *e, const struct wire_item *item)
{
    if (str_eq(item->name, STR("drop"))) {
        return id_parse(item->value, &e->drop);
    }
    if (str_eq(item->name, STR("void"))) {
        e->voids = item->value;
        return item->value.len > 0;
    }
    if (str_eq(item->name, STR("gone"))) {
        e->gone = true;
        return true;
    }
    if (str_eq(item->name, STR("plain"))) {
        return str_to_i64(item->value, &e->plain) && e->plain >= 0;
    }
    return true;
}

bool envelope_read(struct str message, struct envelope *out)
{
    struct wire_reader w = wire_read(message);
    *out = (struct envelope){.epoch = wire_next(&w)};
    struct str seq = wire_next(&w);
    if (!str_eq(seq, STR("-")) && (!str_to_i64(seq, &out->seq) || out->seq < 1)) {
        return false;
    }
    struct wire_item item;
    while (wire_item(&w, &item)) {
        if (!read_word(out, &item)) {
            return false;
        }
    }
    if (!w.ok || (uint64_t)out->plain >= w.body.len) { /* a frame is never empty */
        return false;
    }
    size_t frame_len = w.body.len - (size_t)out->plain;
    out->frame = (struct str){w.body.ptr, frame_len};
    out->plain_text = (struct str){w.body.ptr + frame_len, (size_t)out->plain};
    return true;
}
