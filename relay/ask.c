#include "relay/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include <uthash.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"

enum {
    OUT_MAX = 1000,
    WAITING_MAX = 20000,
    SWEEP_MS = 100,
    APIS_MAX = 16,
};

struct ask {
    int64_t number;
    int64_t until_ms;
    struct buf words; /* freed once it is out */
    ask_fn *fn;
    void *arg;
    uint64_t client;
    int64_t group;
    struct ask *prev, *next; /* in waiting or out: both in order of their deadlines */
    UT_hash_handle hh;       /* while it is out */
};

struct api {
    char boot[WIRE_WORD_SIZE];
    int64_t heard_ms;
    int64_t number; /* of its last beat */
};

/* What a PUBLISH callback needs; the ask may be answered before it comes. */
struct receipt {
    struct asks *asks;
    int64_t number;
    char boot[WIRE_WORD_SIZE];
};

struct asks {
    struct loop *loop;
    struct bus *bus;
    char relay_name[WIRE_WORD_SIZE];
    int64_t last_number;
    struct ask *waiting, *out, *by_number;
    size_t waiting_count, out_count;
    struct api apis[APIS_MAX];
    size_t api_count, next_api;
    struct timer *sweep, *soon;
};

static void end_ask(struct asks *a, struct ask *ask, enum err code,
                    struct wire_reader *answer)
{
    ask_fn *fn = ask->fn;
    void *arg = ask->arg;
    uint64_t client = ask->client;
    int64_t group = ask->group;
    (void)a;
    buf_finish(&ask->words);
    free(ask);
    fn(arg, client, group, code, answer);
}

static void take_out(struct asks *a, struct ask *ask)
{
    HASH_DELETE(hh, a->by_number, ask);
    DL_DELETE(a->out, ask);
    a->out_count--;
}

/* ---- Which api ---- */

static void forget_api(struct asks *a, size_t i)
{
    log_info("api.lost", "boot=%s", a->apis[i].boot);
    a->apis[i] = a->apis[--a->api_count];
}

static void forget_silent(struct asks *a)
{
    int64_t now = clock_mono_ms();
    for (size_t i = 0; i < a->api_count;) {
        if (now - a->apis[i].heard_ms > WIRE_BEAT_LOST_MS) {
            forget_api(a, i);
        } else {
            i++;
        }
    }
}

bool asks_heard_api(struct asks *a, struct str boot, int64_t number)
{
    for (size_t i = 0; i < a->api_count; i++) {
        if (str_eq(str_of(a->apis[i].boot), boot)) {
            bool next = number == a->apis[i].number + 1;
            a->apis[i].heard_ms = clock_mono_ms();
            a->apis[i].number = number;
            return next;
        }
    }
    if (boot.len == 0 || boot.len >= WIRE_WORD_SIZE || a->api_count == APIS_MAX) {
        return true;
    }
    struct api *api = &a->apis[a->api_count++];
    snprintf(api->boot, sizeof(api->boot), "%.*s", STR_ARGS(boot));
    api->heard_ms = clock_mono_ms();
    api->number = number;
    log_info("api.found", "boot=%s", api->boot);
    return false;
}

bool asks_have_api(const struct asks *a)
{
    return a->api_count > 0;
}

/* ---- Sending ---- */

static void fail_number(struct asks *a, int64_t number)
{
    struct ask *ask = NULL;
    HASH_FIND(hh, a->by_number, &number, sizeof(number), ask);
    if (ask != NULL) {
        take_out(a, ask);
        end_ask(a, ask, E_UNAVAILABLE, NULL);
    }
}

static void on_published(void *arg, int64_t receivers)
{
    struct receipt *r = arg;
    struct asks *a = r->asks;
    if (receivers == 0) { /* nobody was there: no need to wait for the deadline */
        for (size_t i = 0; i < a->api_count; i++) {
            if (strcmp(a->apis[i].boot, r->boot) == 0) {
                forget_api(a, i);
                break;
            }
        }
    }
    if (receivers <= 0) {
        fail_number(a, r->number);
    }
    free(r);
}

static bool publish(struct asks *a, struct ask *ask)
{
    if (a->api_count == 0) {
        return false;
    }
    const struct api *api = &a->apis[a->next_api++ % a->api_count];
    struct buf message = BUF_INIT(WIRE_MAX_BYTES);
    wire_begin(&message);
    wire_word(&message, str_of(a->relay_name));
    wire_int(&message, ask->number);
    int64_t left = ask->until_ms - clock_mono_ms();
    wire_int(&message, left > 1 ? left : 1);
    buf_str(&message, buf_view(&ask->words));
    struct receipt *r = mem_alloc(sizeof(*r));
    r->asks = a;
    r->number = ask->number;
    memcpy(r->boot, api->boot, sizeof(r->boot));
    char channel[WIRE_CHANNEL_SIZE];
    wire_channel(channel, "ask", api->boot);
    bool sent = buf_ok(&message) &&
                bus_publish(a->bus, channel, buf_view(&message), on_published, r);
    if (!sent) {
        free(r);
    }
    buf_finish(&message);
    buf_finish(&ask->words);
    return sent;
}

static void send_waiting(void *arg)
{
    struct asks *a = arg;
    while (a->waiting != NULL && a->out_count < OUT_MAX) {
        struct ask *ask = a->waiting;
        DL_DELETE(a->waiting, ask);
        a->waiting_count--;
        DL_APPEND(a->out, ask);
        a->out_count++;
        HASH_ADD(hh, a->by_number, number, sizeof(ask->number), ask);
        if (!publish(a, ask)) {
            take_out(a, ask);
            end_ask(a, ask, E_UNAVAILABLE, NULL);
        }
    }
}

void asks_send(struct asks *a, struct str words, ask_fn *fn, void *arg, uint64_t client,
               int64_t group)
{
    struct ask *ask = mem_alloc(sizeof(*ask));
    ask->number = ++a->last_number;
    ask->until_ms = clock_mono_ms() + WIRE_ASK_DEADLINE_MS;
    ask->fn = fn;
    ask->arg = arg;
    ask->client = client;
    ask->group = group;
    buf_init(&ask->words, WIRE_MAX_BYTES);
    buf_str(&ask->words, words);
    if (a->waiting_count >= WAITING_MAX) {
        ask->until_ms = 0; /* fails at the next sweep */
    }
    DL_APPEND(a->waiting, ask);
    a->waiting_count++;
    if (!timer_is_running(a->soon)) {
        timer_start(a->soon, 0);
    }
}

void asks_answered(struct asks *a, struct str message)
{
    struct wire_reader w = wire_read(message);
    int64_t number = wire_next_int(&w);
    enum err code = E_UNAVAILABLE;
    if (!err_parse(wire_next(&w), &code) || !w.ok) {
        log_warn("answer.refused", "bytes=%zu", message.len);
        return;
    }
    struct ask *ask = NULL;
    HASH_FIND(hh, a->by_number, &number, sizeof(number), ask);
    if (ask != NULL) { /* else too late */
        take_out(a, ask);
        end_ask(a, ask, code, &w);
        send_waiting(a);
    }
}

static void sweep(void *arg)
{
    struct asks *a = arg;
    int64_t now = clock_mono_ms();
    forget_silent(a);
    while (a->out != NULL && a->out->until_ms <= now) {
        struct ask *ask = a->out;
        take_out(a, ask);
        end_ask(a, ask, E_UNAVAILABLE, NULL);
    }
    while (a->waiting != NULL && a->waiting->until_ms <= now) {
        struct ask *ask = a->waiting;
        DL_DELETE(a->waiting, ask);
        a->waiting_count--;
        end_ask(a, ask, E_UNAVAILABLE, NULL);
    }
    send_waiting(a);
}

void ask_begin(struct buf *b, const char *verb)
{
    wire_word(b, str_of(verb));
}

struct asks *asks_create(struct loop *l, struct bus *b, const char *relay_name)
{
    struct asks *a = mem_alloc(sizeof(*a));
    a->loop = l;
    a->bus = b;
    snprintf(a->relay_name, sizeof(a->relay_name), "%s", relay_name);
    a->sweep = timer_create_on(l, sweep, a);
    a->soon = timer_create_on(l, send_waiting, a);
    timer_repeat(a->sweep, SWEEP_MS);
    return a;
}

void asks_destroy(struct asks *a)
{
    if (a == NULL) {
        return;
    }
    timer_destroy(a->sweep);
    timer_destroy(a->soon);
    while (a->out != NULL) {
        fail_number(a, a->out->number);
    }
    while (a->waiting != NULL) {
        struct ask *ask = a->waiting;
        DL_DELETE(a->waiting, ask);
        a->waiting_count--;
        end_ask(a, ask, E_UNAVAILABLE, NULL);
    }
    free(a);
}
