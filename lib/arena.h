/* Memory of one request: everything is freed at once, by reset or destroy. What lives in
 * it is handed around as const. Not thread-safe: an arena belongs to one thread. */
#ifndef MOOTHALL_LIB_ARENA_H
#define MOOTHALL_LIB_ARENA_H

#include "lib/str.h"

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena *a);
void arena_reset(struct arena *a); /* keeps one block for the next request */

void *arena_alloc(struct arena *a, size_t size)
    __attribute__((returns_nonnull));                /* zeroed */
struct str arena_str(struct arena *a, struct str s); /* a copy, NUL behind it */
char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...) printf_like(2, 3);

#endif
