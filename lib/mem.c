#include "lib/mem.h"

#include <stdlib.h>

#include "lib/log.h"

static _Noreturn void die(size_t size)
{
    log_error("memory.exhausted", "bytes=%zu", size);
    abort();
}

void *mem_alloc(size_t size)
{
    return mem_array(1, size);
}

void *mem_array(size_t count, size_t size)
{
    void *ptr = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (ptr == NULL) {
        die(size);
    }
    return ptr;
}

void *mem_resize(void *ptr, size_t size)
{
    void *bigger = realloc(ptr, size > 0 ? size : 1);
    if (bigger == NULL) {
        die(size);
    }
    return bigger;
}

char *mem_dup(struct str s)
{
    char *copy = mem_alloc(s.len + 1);
    if (s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    return copy;
}
