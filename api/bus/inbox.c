#include "api/bus/inbox.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/bus/asks.h"
#include "api/bus/sends.h"
#include "api/store/sessions.h"
#include "lib/bus.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/mem.h"
#include "lib/queue.h"
#include "lib/testpoint.h"
#include "lib/wire.h"

struct inbox {
    struct app *app;
    char channel[WIRE_CHANNEL_SIZE];
    pthread_t thread;
    atomic_bool stopping;
    struct queue *done; /* sends that the writer is through with */
    struct waker *waker;

    /* The thread's own. */
    struct loop *loop;
    struct bus *bus;
    struct db *db;
    struct arena *arena;
    size_t sends; /* with the writer, or in done */
};

/* ---- Answers ---- */

static void put_code(struct buf *out, int64_t number, enum err result)
{
    wire_begin(out);
    wire_int(out, number);
    wire_word(out, str_of(err_code(result)));
}

static void publish_answer(struct inbox *in, const char *relay,
                           const struct buf *answer)
{
    char channel[WIRE_CHANNEL_SIZE];
    wire_channel(channel, "answer", relay);
    if (!buf_ok(answer) ||
        !bus_publish(in->bus, channel, buf_view(answer), NULL, NULL)) {
        /* Redis is away: the relay hears nothing either, and asks again or gives up. */
        log_event(bus_is_up(in->bus) ? LOG_WARN : LOG_DEBUG, "answer.lost", "relay=%s",
                  relay);
    }
}

static void answer_code(struct inbox *in, const char *relay, int64_t number,
                        enum err result)
{
    struct buf answer = BUF_INIT(256);
    put_code(&answer, number, result);
    wire_body(&answer, STR(""));
    publish_answer(in, relay, &answer);
    buf_finish(&answer);
}

/* ---- Reads ---- */

static enum err read_at_once(struct inbox *in, struct ask *a, ask_fn *fn,
                             struct buf *out)
{
    enum err e = db_begin_read(in->db);
    if (e == E_OK) {
        e = fn(a, out);
    }
    db_end_read(in->db);
    return e;
}

static void answer_read(struct inbox *in, const char *relay, int64_t number, ask_fn *fn,
                        struct wire_reader *words)
{
    struct buf answer = BUF_INIT(WIRE_MAX_BYTES);
    struct ask a = {
        .db = in->db, .arena = in->arena, .now_ms = clock_wall_ms(), .words = *words};
    put_code(&answer, number, E_OK);
    enum err e = read_at_once(in, &a, fn, &answer);
    test_point("api.answer.before"); /* what was read may be overtaken */
    if (e == E_OK) {
        publish_answer(in, relay, &answer);
    } else {
        answer_code(in, relay, number, e);
    }
    sessions_touch(in->app->writer, &a.caller);
    buf_finish(&answer);
    arena_reset(in->arena);
}

/* ---- Sends ---- */

/* On the writer's thread. */
static void send_done(struct job *job, enum err result)
{
    struct send *s = job->arg;
    struct inbox *in = s->inbox;
    s->result = result;
    bool fits = queue_push(in->done, s); /* the queue holds as many as there may be */
    assert(fits);
    waker_wake(in->waker);
}

static void take_send(struct inbox *in, const char *relay, int64_t number,
                      int64_t deadline_ms, struct wire_reader *words)
{
    if (in->sends == INBOX_SENDS_MAX) {
        answer_code(in, relay, number, E_UNAVAILABLE);
        return;
    }
    struct send *s = send_create(in);
    snprintf(s->relay, sizeof(s->relay), "%s", relay);
    s->number = number;
    s->deadline_ms = clock_mono_ms() + deadline_ms;
    s->job =
        (struct job){.run = send_run, .arg = s, .arena = s->arena, .done = send_done};
    enum err e = send_read(s, in->app, in->db, words, clock_wall_ms());
    if (e == E_OK && !writer_submit(in->app->writer, &s->job)) {
        e = E_UNAVAILABLE;
    }
    if (e == E_OK) {
        in->sends++;
    } else {
        answer_code(in, relay, number, e);
        send_destroy(s);
    }
}

static void answer_sends(void *arg)
{
    struct inbox *in = arg;
    struct send *s;
    while ((s = queue_pop(in->done, 0)) != NULL) {
        in->sends--;
        answer_code(in, s->relay, s->number, s->result);
        send_destroy(s);
    }
    if (atomic_load(&in->stopping) && in->sends == 0) {
        loop_stop(in->loop);
    }
}

/* ---- Asks ---- */

static bool is_relay_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.')) {
            return false;
        }
    }
    return s.len > 0 && s.len < WIRE_WORD_SIZE;
}

static void on_message(void *arg, struct str channel, struct str message)
{
    struct inbox *in = arg;
    struct wire_reader words = wire_read(message);
    struct str relay_word = wire_next(&words);
    int64_t number = wire_next_int(&words);
    int64_t deadline_ms = wire_next_int(&words);
    struct str verb = wire_next(&words);
    (void)channel;
    if (!words.ok || !is_relay_name(relay_word) || deadline_ms < 0) {
        log_warn("ask.refused", "bytes=%zu", message.len);
        return;
    }
    char relay[WIRE_WORD_SIZE];
    snprintf(relay, sizeof(relay), "%.*s", STR_ARGS(relay_word));
    ask_fn *fn = asks_find(verb);
    if (atomic_load(&in->stopping)) {
        answer_code(in, relay, number, E_UNAVAILABLE);
    } else if (fn != NULL) {
        answer_read(in, relay, number, fn, &words);
    } else if (str_eq(verb, STR("send"))) {
        take_send(in, relay, number, deadline_ms, &words);
    } else {
        answer_code(in, relay, number, E_BAD_REQUEST);
    }
}

/* ---- Life ---- */

static void *inbox_main(void *arg)
{
    struct inbox *in = arg;
    struct bus_events events = {.arg = in, .message = on_message};
    in->bus = bus_create(in->loop, in->app->settings->redis, &events);
    bus_subscribe(in->bus, in->channel);
    loop_run(in->loop);
    bus_destroy(in->bus);
    return NULL;
}

enum err inbox_start(struct inbox **out, struct app *app, const char *boot)
{
    struct inbox *in = mem_alloc(sizeof(*in));
    *out = NULL;
    in->app = app;
    wire_channel(in->channel, "ask", boot);
    enum err e = db_open(&in->db, app->settings->database, DB_READER);
    if (e != E_OK) {
        free(in);
        return e;
    }
    in->arena = arena_create();
    in->done = queue_create(INBOX_SENDS_MAX);
    in->loop = loop_create();
    in->waker = waker_create(in->loop, answer_sends, in);
    if (pthread_create(&in->thread, NULL, inbox_main, in) != 0) {
        log_error("inbox.failed", "what=thread");
        abort();
    }
    *out = in;
    return E_OK;
}

void inbox_stop(struct inbox *in)
{
    if (in != NULL) {
        atomic_store(&in->stopping, true);
        waker_wake(in->waker);
        pthread_join(in->thread, NULL);
    }
}

void inbox_destroy(struct inbox *in)
{
    if (in == NULL) {
        return;
    }
    waker_destroy(in->waker);
    loop_destroy(in->loop);
    queue_destroy(in->done);
    db_close(in->db);
    arena_destroy(in->arena);
    free(in);
}
