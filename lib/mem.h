/* Heap memory that is there: running out of it ends the process with a log line, since
 * a half-done step is worse than a restart. Free with free(). Any thread. */
#ifndef MOOTHALL_LIB_MEM_H
#define MOOTHALL_LIB_MEM_H

#include <stddef.h>

#include "lib/str.h"

void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull)); /* zeroed */
void *mem_array(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *mem_resize(void *ptr, size_t size)
    __attribute__((returns_nonnull));                                 /* not zeroed */
char *mem_dup(struct str s) __attribute__((malloc, returns_nonnull)); /* with a NUL */

#endif
