#include "lib/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf)BUF_INIT(max);
}

void buf_finish(struct buf *b)
{
    free(b->ptr);
    buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
}

static bool reserve(struct buf *b, size_t more)
{
    if (b->overflow || more > b->max - b->len) {
        b->overflow = true;
        return false;
    }
    size_t need = b->len + more + 1;
    if (need > b->cap) {
        size_t cap = b->cap < 128 ? 256 : b->cap * 2;
        b->cap = cap > need ? cap : need;
        b->ptr = mem_resize(b->ptr, b->cap);
    }
    return true;
}

void buf_bytes(struct buf *b, const void *ptr, size_t len)
{
    if (!reserve(b, len)) {
        return;
    }
    if (len > 0) {
        memcpy(b->ptr + b->len, ptr, len);
    }
    b->len += len;
    b->ptr[b->len] = '\0';
}

void buf_str(struct buf *b, struct str s)
{
    buf_bytes(b, s.ptr, s.len);
}

void buf_char(struct buf *b, char c)
{
    buf_bytes(b, &c, 1);
}

void buf_i64(struct buf *b, int64_t value)
{
    buf_printf(b, "%lld", (long long)value);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0) {
        b->overflow = true;
    } else if (reserve(b, (size_t)len)) {
        vsnprintf(b->ptr + b->len, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

char *buf_take(struct buf *b, size_t *len)
{
    char *ptr = b->ptr;
    *len = b->len;
    buf_init(b, b->max);
    return ptr;
}
