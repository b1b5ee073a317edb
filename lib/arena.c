#include "lib/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"

#define ARENA_BLOCK_BYTES ((size_t)16 * 1024)

struct block {
    struct block *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block
        *head; /* the block that is filled now; older and large ones behind it */
};

static struct block *block_create(size_t size)
{
    struct block *b = mem_resize(NULL, sizeof(*b) + size);
    b->next = NULL;
    b->used = 0;
    b->size = size;
    return b;
}

struct arena *arena_create(void)
{
    struct arena *a = mem_alloc(sizeof(*a));
    a->head = block_create(ARENA_BLOCK_BYTES);
    return a;
}

static void free_blocks(struct block *b)
{
    while (b != NULL) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_destroy(struct arena *a)
{
    if (a != NULL) {
        free_blocks(a->head);
        free(a);
    }
}

void arena_reset(struct arena *a)
{
    free_blocks(a->head->next);
    a->head->next = NULL;
    a->head->used = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t align = _Alignof(max_align_t);
    size = (size + align - 1) / align * align;
    struct block *b = a->head;
    if (size > ARENA_BLOCK_BYTES / 4 && size > b->size - b->used) {
        struct block *large = block_create(size);
        large->next = b->next;
        b->next = large;
        b = large;
    } else if (size > b->size - b->used) {
        b = block_create(ARENA_BLOCK_BYTES);
        b->next = a->head;
        a->head = b;
    }
    void *ptr = b->bytes + b->used;
    b->used += size;
    memset(ptr, 0, size);
    return ptr;
}

char *arena_cstr(struct arena *a, struct str s)
{
    char *copy = arena_alloc(a, s.len + 1);
    if (s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){arena_cstr(a, s), s.len};
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    size_t size = len < 0 ? 0 : (size_t)len;
    char *text = arena_alloc(a, size + 1);
    vsnprintf(text, size + 1, format, again);
    va_end(again);
    va_end(args);
    return (struct str){text, size};
}
