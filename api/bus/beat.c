#include "api/bus/beat.h"

#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "lib/id.h"
#include "lib/mem.h"
#include "lib/wire.h"

struct moved {
    int64_t group;
    int64_t head;
    int64_t at_ms;
    UT_hash_handle hh;
};

struct beat {
    char boot[WIRE_WORD_SIZE];
    struct moved *moved; /* at most WIRE_MAX_GROUPS */
    int64_t number;
    int64_t too_many_until_ms;
    bool lost;
    int64_t lost_from; /* the first beat that says so */
};

struct beat *beat_create(const char *boot)
{
    struct beat *b = mem_alloc(sizeof(*b));
    snprintf(b->boot, sizeof(b->boot), "%s", boot);
    beat_note_loss(b); /* what the process before this one has said is unknown */
    return b;
}

static void forget(struct beat *b, struct moved *m)
{
    HASH_DEL(b->moved, m);
    free(m);
}

void beat_destroy(struct beat *b)
{
    struct moved *m;
    struct moved *next;
    HASH_ITER(hh, b->moved, m, next)
    {
        forget(b, m);
    }
    free(b);
}

void beat_note(struct beat *b, int64_t group, int64_t head, int64_t now_ms)
{
    struct moved *m = NULL;
    HASH_FIND(hh, b->moved, &group, sizeof(group), m);
    if (m == NULL) {
        if (HASH_COUNT(b->moved) >= WIRE_MAX_GROUPS) {
            b->too_many_until_ms = now_ms + WIRE_BEAT_WINDOW_MS;
            return;
        }
        m = mem_alloc(sizeof(*m));
        m->group = group;
        HASH_ADD(hh, b->moved, group, sizeof(m->group), m);
    }
    m->head = head > m->head ? head : m->head;
    m->at_ms = now_ms;
}

void beat_note_loss(struct beat *b)
{
    b->lost = true;
    b->lost_from = b->number + 1;
}

static void forget_old(struct beat *b, int64_t now_ms)
{
    struct moved *m;
    struct moved *next;
    HASH_ITER(hh, b->moved, m, next)
    {
        if (now_ms - m->at_ms > WIRE_BEAT_WINDOW_MS) {
            forget(b, m);
        }
    }
}

int64_t beat_write(struct beat *b, struct buf *out, const char *epoch, int64_t now_ms)
{
    b->number++;
    forget_old(b, now_ms);
    wire_begin(out);
    wire_word(out, str_of(epoch));
    wire_word(out, str_of(b->boot));
    wire_int(out, b->number);
    if (b->lost || now_ms < b->too_many_until_ms) {
        wire_word(out, STR("all"));
    } else {
        for (struct moved *m = b->moved; m != NULL; m = m->hh.next) {
            wire_pair(out, m->group, STR(""));
            buf_i64(out, m->head);
        }
    }
    wire_body(out, STR(""));
    return b->number;
}

void beat_heard(struct beat *b, int64_t number)
{
    if (b->lost && number >= b->lost_from) {
        b->lost = false;
    }
}
