/* A byte builder with an upper bound. Its overflow is sticky: once a byte did not fit,
 * nothing more is added, and buf_ok() is false; check once, at the end. */
#ifndef MOOTHALL_LIB_BUF_H
#define MOOTHALL_LIB_BUF_H

#include <stdarg.h>

#include "lib/str.h"

struct buf {
    char *ptr; /* owned; NUL-terminated once something was added */
    size_t len;
    size_t cap;
    size_t max; /* bytes; more is an overflow */
    bool overflow;
};

#define BUF_INIT(max_bytes)                                                            \
    {                                                                                  \
        NULL, 0, 0, (max_bytes), false                                                 \
    }

void buf_init(struct buf *b, size_t max);
void buf_finish(struct buf *b); /* frees the bytes */
void buf_reset(struct buf *b);  /* empties it, keeps the memory */
void buf_bytes(struct buf *b, const void *ptr, size_t len);
void buf_str(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *format, ...) printf_like(2, 3);

static inline bool buf_ok(const struct buf *b)
{
    return !b->overflow;
}

static inline struct str buf_view(const struct buf *b)
{
    return (struct str){b->ptr, b->len};
}

/* Hands the bytes over (free() them) and leaves the builder empty. */
char *buf_take(struct buf *b, size_t *len);

#endif
