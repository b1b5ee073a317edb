/* Finished bytes that many clients are sent: made once, counted, never changed. */
#ifndef MOOTHALL_RELAY_FRAME_H
#define MOOTHALL_RELAY_FRAME_H

#include "lib/str.h"

struct frame {
    unsigned refs;
    bool is_reply; /* to one client's command: not an event that it lags behind */
    size_t len;
    char bytes[];
};

struct frame *frame_create(struct str bytes); /* one reference, the caller's */
struct frame *frame_ref(struct frame *f);
void frame_unref(struct frame **f); /* NULLs it */

static inline struct str frame_view(const struct frame *f)
{
    return (struct str){f->bytes, f->len};
}

#endif
