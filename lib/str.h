/* Views of bytes: a pointer and a length, passed by value, owning nothing. */
#ifndef MOOTHALL_LIB_STR_H
#define MOOTHALL_LIB_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *ptr; /* borrowed; not NUL-terminated */
    size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_INIT(literal)                                                              \
    {                                                                                  \
        (literal), sizeof(literal) - 1                                                 \
    }
#define STR_NONE    ((struct str){NULL, 0})
#define STR_ARGS(s) (int)(s).len, (s).ptr

#define must_check        __attribute__((warn_unused_result))
#define printf_like(f, a) __attribute__((format(printf, f, a)))

static inline struct str str_of(const char *text)
{
    return (struct str){text, text != NULL ? strlen(text) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_nocase(struct str a, struct str b); /* ASCII only */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_has_char(struct str s, char c);
struct str str_trim(struct str s); /* drops ASCII white space at both ends */

/* Cuts what stands before the first sep from *rest (or all of it, if there is no sep)
 * into *head. False when *rest was used up (its ptr is NULL). An empty text yields one
 * empty head, like a text without a separator does. */
bool str_cut(struct str *rest, char sep, struct str *head);

/* Canonical decimal: an optional '-', no '+', no leading zeros, no "-0".
 * False, and *out untouched, when s is not such a number or exceeds int64. */
must_check bool str_to_i64(struct str s, int64_t *out);

#endif
