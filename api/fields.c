/* Bodies: one strict JSON object, read by name; every fault becomes a field error. */
#include <assert.h>

#include "api/http.h"
#include "api/problem.h"
#include "lib/utf8.h"

void fields_begin(struct fields *f, struct request *rq)
{
    *f = (struct fields){.rq = rq};
    struct str type = rq->content_type;
    struct str media;
    if (!str_cut(&type, ';', &media) ||
        !str_eq_nocase(str_trim(media), STR("application/json"))) {
        f->error = rq->body.len == 0 && rq->content_type.len == 0
                       ? E_BAD_REQUEST
                       : E_UNSUPPORTED_MEDIA_TYPE;
        rq->detail = "Send a JSON object, with Content-Type: application/json";
        return;
    }
    const char *why = NULL;
    f->doc = json_open(rq->body, &why);
    if (f->doc == NULL) {
        f->error = E_BAD_REQUEST;
        rq->detail = rq->body.len == 0 ? "The body is missing" : why;
        return;
    }
    f->root = json_root(f->doc);
    if (json_kind(f->root) != JSON_OBJECT) {
        f->error = E_BAD_REQUEST;
        rq->detail = "The body is not a JSON object";
        f->root = NULL;
    }
}

void field_refuse(struct fields *f, const char *name, const char *message)
{
    if (f->error == E_OK || f->error == E_BAD_REQUEST) {
        f->error = request_refuse(f->rq, name, message);
    }
}

static const struct json *find(struct fields *f, const char *name)
{
    size_t i = 0;
    while (i < f->seen_count && strcmp(f->seen[i], name) != 0) {
        i++;
    }
    if (i == f->seen_count) {
        assert(f->seen_count < sizeof(f->seen) / sizeof(f->seen[0]));
        f->seen[f->seen_count++] = name;
    }
    return f->root != NULL ? json_member(f->root, name) : NULL;
}

/* The member if it is there and of that kind. */
static const struct json *find_kind(struct fields *f, const char *name,
                                    enum field_need need, enum json_kind kind,
                                    const char *kind_text)
{
    const struct json *v = find(f, name);
    if (v == NULL) {
        if (need == FIELD_REQUIRED && f->root != NULL) {
            field_refuse(f, name, "is required");
        }
        return NULL;
    }
    if (json_kind(v) != kind) {
        field_refuse(f, name, kind_text);
        return NULL;
    }
    return v;
}

struct str field_str(struct fields *f, const char *name, enum field_need need,
                     size_t min, size_t max)
{
    const struct json *v = find_kind(f, name, need, JSON_STRING, "must be a string");
    if (v == NULL) {
        return STR_NONE;
    }
    struct str s = json_str(v);
    size_t count = utf8_count(s);
    if (count < min || count > max) {
        field_refuse(
            f, name,
            arena_printf(f->rq->arena, "must have %zu to %zu characters", min, max)
                .ptr);
        return STR_NONE;
    }
    return arena_str(f->rq->arena, s);
}

int64_t field_int(struct fields *f, const char *name, enum field_need need, int64_t min,
                  int64_t max, int64_t absent)
{
    const struct json *v = find_kind(f, name, need, JSON_INT, "must be an integer");
    int64_t n = absent;
    if (v != NULL && (!json_int(v, &n) || n < min || n > max)) {
        field_refuse(f, name,
                     arena_printf(f->rq->arena, "must be %lld to %lld", (long long)min,
                                  (long long)max)
                         .ptr);
        return absent;
    }
    return n;
}

bool field_bool(struct fields *f, const char *name, enum field_need need, bool absent)
{
    const struct json *v = find_kind(f, name, need, JSON_BOOL, "must be true or false");
    return v != NULL ? json_flag(v) : absent;
}

int field_choice(struct fields *f, const char *name, enum field_need need,
                 const char *const *choices, int absent)
{
    const struct json *v = find_kind(f, name, need, JSON_STRING, "must be a string");
    if (v == NULL) {
        return absent;
    }
    struct str s = json_str(v);
    for (int i = 0; choices[i] != NULL; i++) {
        if (str_eq(s, str_of(choices[i]))) {
            return i;
        }
    }
    struct buf message = BUF_INIT(256);
    buf_str(&message, STR("must be one of:"));
    for (int i = 0; choices[i] != NULL; i++) {
        buf_printf(&message, " %s", choices[i]);
    }
    field_refuse(f, name, arena_cstr(f->rq->arena, buf_view(&message)));
    buf_finish(&message);
    return absent;
}

bool field_present(struct fields *f, const char *name)
{
    return find(f, name) != NULL;
}

bool field_is_null(struct fields *f, const char *name)
{
    const struct json *v = find(f, name);
    return v != NULL && json_kind(v) == JSON_NULL;
}

const struct json *field_object(struct fields *f, const char *name,
                                enum field_need need)
{
    return find_kind(f, name, need, JSON_OBJECT, "must be an object");
}

static void refuse_unknown(struct fields *f)
{
    size_t count = json_member_count(f->root);
    for (size_t i = 0; i < count && i < 100; i++) {
        struct str name;
        (void)json_member_at(f->root, i, &name);
        bool known = false;
        for (size_t k = 0; k < f->seen_count && !known; k++) {
            known = str_eq(name, str_of(f->seen[k]));
        }
        if (!known) {
            if (name.len > 64) {
                name.len = 64;
                while (name.len > 0 && !utf8_valid(name)) {
                    name.len--;
                }
            }
            field_refuse(f, arena_cstr(f->rq->arena, name), "is not known here");
            return;
        }
    }
}

enum err fields_end(struct fields *f)
{
    if (f->root != NULL) {
        refuse_unknown(f);
    }
    json_close(f->doc);
    f->doc = NULL;
    f->root = NULL;
    return f->error;
}
