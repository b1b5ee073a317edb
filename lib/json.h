/* JSON. Reading: a strict pass of our own (json_check.c) refuses what RFC 8259 and
 * I-JSON (RFC 7493) refuse: bad UTF-8, lone surrogates, NUL, duplicate keys, trailing
 * bytes, depth over the limit; then json-c builds the tree (json.c is its only adapter).
 * Writing: a sticky writer over struct buf. */
#ifndef MOOTHALL_LIB_JSON_H
#define MOOTHALL_LIB_JSON_H

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/str.h"

enum { JSON_MAX_DEPTH = 16 };

#define JSON_MAX_INT ((INT64_C(1) << 53) - 1)

/* NULL when text is one strict JSON value, else a constant text that says what is wrong
 * ("duplicate key", "bad UTF-8", …). The duplicate's name is not told. */
const char *json_check(struct str text);

enum json_kind {
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,
    JSON_REAL,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json_doc; /* owns the tree */
struct json;     /* a value in it, borrowed */

/* NULL and *why (may be NULL) set when json_check refuses. Free with json_close. */
struct json_doc *json_open(struct str text, const char **why);
void json_close(struct json_doc *doc);
const struct json *json_root(const struct json_doc *doc);

enum json_kind json_kind(const struct json *v); /* NULL pointer: JSON_NULL */
/* Members: NULL when absent (or v is no object); an explicit null is a value. */
const struct json *json_member(const struct json *v, const char *name);
size_t json_member_count(const struct json *v);
/* The i-th member (order of the text) and its name, which lives as long as the doc. */
const struct json *json_member_at(const struct json *v, size_t i, struct str *name);
size_t json_array_len(const struct json *v);
const struct json *json_array_at(const struct json *v, size_t i);
struct str
json_str(const struct json *v); /* lives as long as the doc; empty if no string */
bool json_flag(const struct json *v);
/* Only for JSON_INT; false when outside ±(2^53-1). "1e3", "1.0" are JSON_REAL. */
must_check bool json_int(const struct json *v, int64_t *out);

/* The value as JSON text, as short as it goes. */
void json_print(const struct json *v, struct buf *out);

/* The writer: commas and quotes are its business. Text must be valid UTF-8. */
struct json_writer {
    struct buf *out;
    bool comma; /* a value stands before, in this object or array */
};

void json_begin(struct json_writer *w, struct buf *out);
void json_object_begin(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array_begin(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w,
              const char *name); /* a literal, needs no escaping */
void json_put_str(struct json_writer *w, struct str s);
void json_put_int(struct json_writer *w, int64_t v);
void json_put_bool(struct json_writer *w, bool v);
void json_put_null(struct json_writer *w);
void json_put_raw(struct json_writer *w, struct str json); /* a finished value */
/* Finished members without braces, as json_key/json_put_* wrote them: "a":1,"b":2 */
void json_put_members(struct json_writer *w, struct str members);

void json_member_str(struct json_writer *w, const char *name, struct str s);
void json_member_str_or_null(struct json_writer *w, const char *name,
                             struct str s); /* ptr NULL */
void json_member_int(struct json_writer *w, const char *name, int64_t v);
void json_member_bool(struct json_writer *w, const char *name, bool v);
void json_member_null(struct json_writer *w, const char *name);
void json_member_id(struct json_writer *w, const char *name, int64_t id);
void json_member_time(struct json_writer *w, const char *name, int64_t wall_ms);
void json_member_time_or_null(struct json_writer *w, const char *name,
                              int64_t wall_ms); /* 0 */

#endif
