/* The adapter of json-c: a struct json is a json_object that we do not own. */
#include "lib/json.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>

#include "lib/mem.h"

struct json_doc {
    json_object *root;
};

static json_object *object_of(const struct json *v)
{
    /* json-c's getters take a non-const object and do not change it */
    union {
        const struct json *in;
        json_object *out;
    } cast = {.in = v};

    return cast.out;
}

static const struct json *value_of(json_object *o)
{
    return (const struct json *)o;
}

/* json-c has no pointer for null: this one stands for every explicit null. */
static const char null_mark;
#define NULL_VALUE ((const struct json *)(const void *)&null_mark)

struct json_doc *json_open(struct str text, const char **why)
{
    const char *bad = text.len > INT_MAX ? "too large" : json_check(text);
    json_object *root = NULL;
    if (bad == NULL) {
        json_tokener *t = json_tokener_new_ex(JSON_MAX_DEPTH + 2);
        if (t == NULL) {
            abort();
        }
        root = json_tokener_parse_ex(t, text.ptr, (int)text.len);
        enum json_tokener_error e = json_tokener_get_error(t);
        if (e == json_tokener_continue) { /* a bare number: its end must be shown */
            root = json_tokener_parse_ex(t, "\n", 1);
            e = json_tokener_get_error(t);
        }
        if (e != json_tokener_success) {
            bad = "not JSON";
        }
        json_tokener_free(t);
    }
    if (why != NULL) {
        *why = bad;
    }
    if (bad != NULL) {
        json_object_put(root);
        return NULL;
    }
    struct json_doc *doc = mem_alloc(sizeof(*doc));
    doc->root = root;
    return doc;
}

void json_close(struct json_doc *doc)
{
    if (doc != NULL) {
        json_object_put(doc->root);
        free(doc);
    }
}

const struct json *json_root(const struct json_doc *doc)
{
    return doc->root != NULL ? value_of(doc->root) : NULL_VALUE;
}

enum json_kind json_kind(const struct json *v)
{
    if (v == NULL || v == NULL_VALUE) {
        return JSON_NULL;
    }
    switch (json_object_get_type(object_of(v))) {
    case json_type_null:
        return JSON_NULL;
    case json_type_boolean:
        return JSON_BOOL;
    case json_type_double:
        return JSON_REAL;
    case json_type_int:
        return JSON_INT;
    case json_type_object:
        return JSON_OBJECT;
    case json_type_array:
        return JSON_ARRAY;
    case json_type_string:
        return JSON_STRING;
    }
    return JSON_NULL;
}

const struct json *json_member(const struct json *v, const char *name)
{
    json_object *found = NULL;
    if (json_kind(v) != JSON_OBJECT ||
        !json_object_object_get_ex(object_of(v), name, &found)) {
        return NULL;
    }
    return found != NULL ? value_of(found) : NULL_VALUE;
}

size_t json_member_count(const struct json *v)
{
    return json_kind(v) == JSON_OBJECT ? (size_t)json_object_object_length(object_of(v))
                                       : 0;
}

const struct json *json_member_at(const struct json *v, size_t i, struct str *name)
{
    if (json_kind(v) != JSON_OBJECT) {
        return NULL;
    }
    struct json_object_iterator at = json_object_iter_begin(object_of(v));
    struct json_object_iterator end = json_object_iter_end(object_of(v));
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        if (i-- == 0) {
            json_object *found = json_object_iter_peek_value(&at);
            *name = str_of(json_object_iter_peek_name(&at));
            return found != NULL ? value_of(found) : NULL_VALUE;
        }
    }
    return NULL;
}

size_t json_array_len(const struct json *v)
{
    return json_kind(v) == JSON_ARRAY ? json_object_array_length(object_of(v)) : 0;
}

const struct json *json_array_at(const struct json *v, size_t i)
{
    if (i >= json_array_len(v)) {
        return NULL;
    }
    json_object *found = json_object_array_get_idx(object_of(v), i);
    return found != NULL ? value_of(found) : NULL_VALUE;
}

struct str json_str(const struct json *v)
{
    if (json_kind(v) != JSON_STRING) {
        return (struct str){"", 0};
    }
    json_object *o = object_of(v);
    return (struct str){json_object_get_string(o),
                        (size_t)json_object_get_string_len(o)};
}

bool json_flag(const struct json *v)
{
    return json_kind(v) == JSON_BOOL && json_object_get_boolean(object_of(v));
}

bool json_int(const struct json *v, int64_t *out)
{
    if (json_kind(v) != JSON_INT) {
        return false;
    }
    /* What does not fit is clamped by json-c, to bounds that lie outside ours as well. */
    int64_t value = json_object_get_int64(object_of(v));
    if (value > JSON_MAX_INT || value < -JSON_MAX_INT) {
        return false;
    }
    *out = value;
    return true;
}

void json_print(const struct json *v, struct buf *out)
{
    if (json_kind(v) == JSON_NULL) {
        buf_str(out, STR("null"));
        return;
    }
    size_t len = 0;
    const char *text = json_object_to_json_string_length(
        object_of(v), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
    buf_bytes(out, text, len);
}
