#include "relay/tail.h"

#include <stdlib.h>
#include <utlist.h>

#include "lib/log.h"
#include "lib/mem.h"

enum { PENDING_EVENTS = 300, PENDING_BYTES = 256 * 1024 };

void entry_free(struct entry *e)
{
    frame_unref(&e->frame);
    free(e);
}

/* ---- The tail ---- */

static void drop_oldest(struct channel *ch)
{
    struct entry *e = ch->tail;
    DL_DELETE(ch->tail, e);
    ch->tail_len--;
    ch->tail_bytes -= e->frame->len;
    ch->floor = e->seq;
    entry_free(e);
}

void tail_append(struct channel *ch, struct entry *e)
{
    DL_APPEND(ch->tail, e);
    ch->tail_len++;
    ch->tail_bytes += e->frame->len;
    /* the newest stays, however large: it is being delivered */
    while (ch->tail_len > 1 && (ch->tail_len > CHANNEL_TAIL_EVENTS ||
                                ch->tail_bytes > CHANNEL_TAIL_BYTES)) {
        drop_oldest(ch);
    }
}

void tail_clear(struct channel *ch)
{
    while (ch->tail != NULL) {
        drop_oldest(ch);
    }
    ch->floor = ch->top;
}

void tail_void(struct channel *ch, struct str seqs)
{
    struct str text;
    while (str_cut(&seqs, ',', &text)) {
        int64_t seq = 0;
        if (!str_to_i64(text, &seq)) {
            log_warn("envelope.refused", "channel=%s what=void", ch->name);
            continue;
        }
        while (ch->tail != NULL && ch->tail->seq <= seq) {
            drop_oldest(ch);
        }
    }
}

struct entry *tail_after(const struct channel *ch, int64_t seq)
{
    struct entry *e;
    DL_FOREACH(ch->tail, e)
    {
        if (e->seq > seq) {
            return e;
        }
    }
    return NULL;
}

/* ---- Pending ---- */

struct entry *pending_first(const struct channel *ch)
{
    return ch->pending;
}

void pending_take(struct channel *ch, struct entry *e)
{
    DL_DELETE(ch->pending, e);
    ch->pending_len--;
    ch->pending_bytes -= e->frame->len;
}

void pending_clear(struct channel *ch)
{
    struct entry *e;
    while ((e = ch->pending) != NULL) {
        pending_take(ch, e);
        entry_free(e);
    }
}

/* The place: mostly at the end. NULL when the seq is there already. */
static struct entry *place(struct channel *ch, int64_t seq, bool *twice)
{
    struct entry *e = ch->pending != NULL ? ch->pending->prev : NULL; /* the last */
    *twice = false;
    while (e != NULL && e->seq >= seq) {
        if (e->seq == seq) {
            *twice = true;
        }
        e = e == ch->pending ? NULL : e->prev;
    }
    return e;
}

void pending_put(struct channel *ch, const struct envelope *from)
{
    bool twice = false;
    struct entry *before = place(ch, from->seq, &twice);
    if (twice) {
        return;
    }
    ch->want = from->seq > ch->want ? from->seq : ch->want;
    if (ch->pending_len == PENDING_EVENTS ||
        ch->pending_bytes + from->frame.len > PENDING_BYTES) {
        pending_clear(ch);
        before = NULL;
        if (from->seq > ch->top + 1) {
            return; /* want remembers it */
        }
    }
    struct entry *e = mem_alloc(sizeof(*e));
    e->seq = from->seq;
    e->frame = frame_create(from->frame);
    e->drop = from->drop;
    e->gone = from->gone;
    if (before != NULL) {
        DL_APPEND_ELEM(ch->pending, before, e);
    } else {
        DL_PREPEND(ch->pending, e);
    }
    ch->pending_len++;
    ch->pending_bytes += e->frame->len;
}

/* ---- Asking ---- */

void tail_ask(struct relay *r, int64_t group, int64_t after, ask_fn *fn,
              uint64_t client)
{
    struct buf words = BUF_INIT(256);
    ask_begin(&words, "tail");
    wire_id(&words, group);
    wire_int(&words, after);
    wire_int(&words, CHANNEL_FETCH_EVENTS);
    wire_int(&words, CHANNEL_FETCH_BYTES);
    wire_body(&words, STR(""));
    asks_send(r->asks, buf_view(&words), fn, r, client, group);
    buf_finish(&words);
}

bool tail_answer_next(struct str *body, struct envelope *e)
{
    struct str length;
    int64_t len = 0;
    if (body->len == 0 || !str_cut(body, '\n', &length) || body->ptr == NULL ||
        !str_to_i64(length, &len) || len < 0 || (uint64_t)len > body->len) {
        return false;
    }
    struct str message = {body->ptr, (size_t)len};
    body->ptr += len;
    body->len -= (size_t)len;
    return envelope_read(message, e) && e->seq > 0;
}

struct str channel_publication(struct str frame)
{
    static const struct str head = STR_INIT("{\"push\":{\"channel\":\"group:");
    static const struct str middle = STR_INIT("\",\"pub\":");
    size_t skip = head.len + 11 + middle.len;
    if (!str_starts(frame, head) || frame.len < skip + 2 ||
        !str_ends(frame, STR("}}"))) {
        return STR("{}");
    }
    return (struct str){frame.ptr + skip, frame.len - skip - 2};
}
