#include "relay/outq.h"

#include <stdlib.h>

#include "lib/mem.h"

void outq_finish(struct outq *q)
{
    for (size_t i = 0; i < q->len; i++) {
        frame_unref(&q->slots[(q->first + i) % q->cap]);
    }
    free(q->slots);
    *q = (struct outq){0};
}

static void grow(struct outq *q)
{
    size_t cap = q->cap == 0 ? 4 : q->cap * 2;
    struct frame **slots = mem_array(cap, sizeof(struct frame *));
    for (size_t i = 0; i < q->len; i++) {
        slots[i] = q->slots[(q->first + i) % q->cap];
    }
    free(q->slots);
    q->slots = slots;
    q->cap = cap;
    q->first = 0;
}

bool outq_push(struct outq *q, struct frame *f)
{
    if (q->len == OUTQ_MAX_FRAMES || q->bytes + f->len > OUTQ_MAX_BYTES ||
        (!f->is_reply && q->events == OUTQ_MAX_EVENTS)) {
        return false;
    }
    if (q->len == q->cap) {
        grow(q);
    }
    q->slots[(q->first + q->len) % q->cap] = frame_ref(f);
    q->len++;
    q->bytes += f->len;
    q->events += !f->is_reply;
    return true;
}

size_t outq_next_len(const struct outq *q)
{
    return q->len > 0 ? q->slots[q->first]->len : 0;
}

size_t outq_take(struct outq *q, char *out, size_t max)
{
    size_t used = 0;
    while (q->len > 0) {
        struct frame *f = q->slots[q->first];
        size_t need = f->len + (used > 0 ? 1 : 0);
        if (used > 0 && used + need > max) {
            break;
        }
        if (used > 0) {
            out[used++] = '\n';
        }
        memcpy(out + used, f->bytes, f->len);
        used += f->len;
        q->bytes -= f->len;
        q->events -= !f->is_reply;
        frame_unref(&q->slots[q->first]);
        q->first = (q->first + 1) % q->cap;
        q->len--;
        if (used >= max) {
            break;
        }
    }
    if (q->len == 0) {
        outq_finish(q); /* an idle client holds no memory here */
    }
    return used;
}
