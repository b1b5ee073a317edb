#include "api/bus/publisher.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/bus/beat.h"
#include "lib/bus.h"
#include "lib/clock.h"
#include "lib/id.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/mem.h"
#include "lib/queue.h"
#include "lib/testpoint.h"
#include "lib/wire.h"

enum {
    LISTS_MAX = 4096,                     /* batches that wait */
    WAITING_MAX_BYTES = 32 * 1024 * 1024, /* in them */
    LAST_WORDS_MS = 1000,
};

struct publisher {
    const struct settings *settings;
    char epoch[WIRE_WORD_SIZE];
    struct queue *lists;         /* of announcements, one list a batch; owned */
    atomic_size_t waiting_bytes; /* in lists */
    atomic_bool overflowed;      /* a list was thrown away */
    atomic_bool redis_ok;
    atomic_bool stopping;
    bool started;
    pthread_t thread;
    struct waker *waker;

    /* The thread's own. */
    struct loop *loop;
    struct bus *bus;
    struct beat *beat;
    struct timer *beat_timer;
    struct timer *last_words;  /* running: about to stop */
    struct announcement *next; /* taken from lists, not yet published */
    size_t unanswered;
};

/* ---- The writer's side ---- */

static size_t list_bytes(const struct announcement *list)
{
    size_t bytes = 0;
    for (; list != NULL; list = list->next) {
        bytes += list->len;
    }
    return bytes;
}

static void free_list(struct announcement *list)
{
    while (list != NULL) {
        struct announcement *next = list->next;
        announcement_free(list);
        list = next;
    }
}

void publisher_committed(void *arg, struct announcement *list)
{
    struct publisher *p = arg;
    size_t bytes = list_bytes(list);
    size_t before = atomic_fetch_add(&p->waiting_bytes, bytes);
    if (before + bytes > WAITING_MAX_BYTES || !queue_push(p->lists, list)) {
        atomic_fetch_sub(&p->waiting_bytes, bytes);
        atomic_store(&p->overflowed, true);
        free_list(list);
    }
    waker_wake(p->waker);
}

/* ---- The thread's side ---- */

static void take_list(struct publisher *p)
{
    p->next = queue_pop(p->lists, 0);
    if (p->next != NULL) {
        atomic_fetch_sub(&p->waiting_bytes, list_bytes(p->next));
    }
}

/* Nobody will be told of these one by one: the beat says "all". */
static void throw_away(struct publisher *p)
{
    do {
        free_list(p->next);
        take_list(p);
    } while (p->next != NULL);
    beat_note_loss(p->beat);
}

static void stop_if_silent(struct publisher *p)
{
    if (atomic_load(&p->stopping) && p->next == NULL && p->unanswered == 0) {
        loop_stop(p->loop);
    }
}

static void on_published(void *arg, int64_t receivers)
{
    struct publisher *p = arg;
    p->unanswered--;
    if (receivers < 0) {
        beat_note_loss(p->beat);
    }
    if (p->next != NULL) { /* it did not fit in before */
        waker_wake(p->waker);
    }
    stop_if_silent(p);
}

static void channel_of(const struct announcement *a, char out[WIRE_CHANNEL_SIZE])
{
    switch (a->kind) {
    case ANNOUNCE_GROUP:
        wire_channel(out, "group", ID_TEXT(a->id));
        break;
    case ANNOUNCE_USER:
        wire_channel(out, "user", ID_TEXT(a->id));
        break;
    case ANNOUNCE_CONTROL:
        snprintf(out, WIRE_CHANNEL_SIZE, "control");
        break;
    }
}

/* False when Redis has enough to do for now. */
static bool publish_next(struct publisher *p)
{
    struct announcement *a = p->next;
    char channel[WIRE_CHANNEL_SIZE];
    channel_of(a, channel);
    test_point("api.publish.before");
    if (!bus_publish(p->bus, channel, (struct str){a->message, a->len}, on_published,
                     p)) {
        return false;
    }
    p->unanswered++;
    if (a->kind == ANNOUNCE_GROUP && a->seq > 0) {
        beat_note(p->beat, a->id, a->seq, clock_mono_ms());
    }
    p->next = a->next;
    announcement_free(a);
    return true;
}

static void publish_waiting(void *arg)
{
    struct publisher *p = arg;
    bool fits = true;
    if (atomic_exchange(&p->overflowed, false)) {
        log_warn("publisher.overflowed", "bytes=%zu", atomic_load(&p->waiting_bytes));
        throw_away(p);
    }
    do {
        if (p->next == NULL) {
            take_list(p);
        }
        while (fits && p->next != NULL) {
            fits = publish_next(p);
        }
    } while (fits && queue_len(p->lists) > 0);
    if (p->next != NULL && !bus_is_up(p->bus)) {
        throw_away(p);
    }
    if (atomic_load(&p->stopping) && !timer_is_running(p->last_words)) {
        timer_start(p->last_words, LAST_WORDS_MS);
    }
    stop_if_silent(p);
}

/* ---- The beat ---- */

struct beat_sent {
    struct publisher *publisher;
    int64_t number;
};

static void on_beat_published(void *arg, int64_t receivers)
{
    struct beat_sent *sent = arg;
    if (receivers >= 0) {
        beat_heard(sent->publisher->beat, sent->number);
    }
    free(sent);
}

static void send_beat(void *arg)
{
    struct publisher *p = arg;
    struct buf message = BUF_INIT(WIRE_MAX_BYTES);
    struct beat_sent *sent = mem_alloc(sizeof(*sent));
    sent->publisher = p;
    sent->number = beat_write(p->beat, &message, p->epoch, clock_mono_ms());
    if (!bus_publish(p->bus, "beat", buf_view(&message), on_beat_published, sent)) {
        free(sent);
    }
    buf_finish(&message);
}

static void on_state(void *arg, bool up)
{
    struct publisher *p = arg;
    atomic_store(&p->redis_ok, up);
    if (!up) {
        throw_away(p);
    } else {
        send_beat(p); /* the relays need not wait for the second to end */
    }
}

static void on_message(void *arg, struct str channel, struct str message)
{
    (void)arg; /* subscribes to nothing */
    (void)channel;
    (void)message;
}

static void give_up(void *arg)
{
    struct publisher *p = arg;
    loop_stop(p->loop);
}

static void *publisher_main(void *arg)
{
    struct publisher *p = arg;
    struct bus_events events = {.arg = p, .message = on_message, .state = on_state};
    p->bus = bus_create(p->loop, p->settings->redis, &events);
    timer_repeat(p->beat_timer, WIRE_BEAT_INTERVAL_MS);
    loop_run(p->loop);
    bus_destroy(p->bus);
    return NULL;
}

/* ---- Life ---- */

struct publisher *publisher_create(const struct settings *s, const char *boot)
{
    struct publisher *p = mem_alloc(sizeof(*p));
    p->settings = s;
    p->lists = queue_create(LISTS_MAX);
    p->loop = loop_create();
    p->waker = waker_create(p->loop, publish_waiting, p);
    p->beat = beat_create(boot);
    p->beat_timer = timer_create_on(p->loop, send_beat, p);
    p->last_words = timer_create_on(p->loop, give_up, p);
    return p;
}

enum err publisher_start(struct publisher *p)
{
    struct db *db = NULL;
    enum err e = db_open(&db, p->settings->database, DB_READER);
    if (e != E_OK) {
        return e;
    }
    snprintf(p->epoch, sizeof(p->epoch), "%s", db_epoch(db));
    db_close(db);
    if (pthread_create(&p->thread, NULL, publisher_main, p) != 0) {
        log_error("publisher.failed", "what=thread");
        return E_UNAVAILABLE;
    }
    p->started = true;
    return E_OK;
}

void publisher_destroy(struct publisher *p)
{
    if (p == NULL) {
        return;
    }
    if (p->started) {
        atomic_store(&p->stopping, true);
        waker_wake(p->waker);
        pthread_join(p->thread, NULL);
    }
    throw_away(p);
    timer_destroy(p->last_words);
    timer_destroy(p->beat_timer);
    beat_destroy(p->beat);
    waker_destroy(p->waker);
    loop_destroy(p->loop);
    queue_destroy(p->lists);
    free(p);
}

bool publisher_redis_ok(const struct publisher *p)
{
    return atomic_load(&p->redis_ok);
}
