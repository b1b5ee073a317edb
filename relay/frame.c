#include "relay/frame.h"

#include <assert.h>
#include <stdlib.h>

#include "lib/mem.h"

struct frame *frame_create(struct str bytes)
{
    struct frame *f = mem_resize(NULL, sizeof(*f) + bytes.len);
    f->refs = 1;
    f->is_reply = false;
    f->len = bytes.len;
    if (bytes.len > 0) {
        memcpy(f->bytes, bytes.ptr, bytes.len);
    }
    return f;
}

struct frame *frame_ref(struct frame *f)
{
    f->refs++;
    return f;
}

void frame_unref(struct frame **f)
{
    if (*f != NULL) {
        assert((*f)->refs > 0);
        if (--(*f)->refs == 0) {
            free(*f);
        }
        *f = NULL;
    }
}
