#include "api/handlers/names.h"

#include "lib/utf8.h"

enum { LABEL_BYTES_MAX = 200 };

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

/* Embeddings, overrides and isolates: they reach past the name they stand in. */
static bool turns_direction(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_showable(struct str s, bool lines)
{
    while (s.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_decode(s, &c);
        if (n == 0 || turns_direction(c) ||
            (is_control(c) && !(lines && (c == '\n' || c == '\t')))) {
            return false;
        }
        s = (struct str){s.ptr + n, s.len - n};
    }
    return true;
}

struct str field_name(struct fields *f, const char *name, enum field_need need,
                      size_t max)
{
    struct str s = field_str(f, name, need, 0, max + 64);
    if (s.ptr == NULL) {
        return STR_NONE;
    }
    s = utf8_trim(s);
    size_t count = utf8_count(s);
    if (count < 1 || count > max) {
        field_refuse(
            f, name,
            arena_printf(f->rq->arena, "must have 1 to %zu characters", max).ptr);
        return STR_NONE;
    }
    if (!is_showable(s, false)) {
        field_refuse(f, name, "has a character that cannot stand in a name");
        return STR_NONE;
    }
    return s;
}

struct str field_text(struct fields *f, const char *name, size_t max)
{
    struct str s = field_str(f, name, FIELD_OPTIONAL, 0, max);
    if (s.ptr != NULL && !is_showable(s, true)) {
        field_refuse(f, name, "has a control character");
        return STR_NONE;
    }
    return s;
}

struct str field_username(struct fields *f, enum field_need need)
{
    struct str s = field_str(f, "username", need, USERNAME_MIN, USERNAME_MAX);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            field_refuse(f, "username", "may hold a-z, 0-9 and _ only");
            return STR_NONE;
        }
    }
    return s;
}

struct str field_password(struct fields *f, enum field_need need)
{
    return field_str(f, "password", need, PASSWORD_MIN, PASSWORD_MAX);
}

struct str session_label(struct request *rq)
{
    struct str s = rq->user_agent;
    if (s.len > LABEL_BYTES_MAX) {
        s.len = LABEL_BYTES_MAX;
    }
    while (s.len > 0 && !utf8_valid(s)) {
        s.len--;
    }
    return s.len > 0 && is_showable(s, false) ? s : STR_NONE;
}
