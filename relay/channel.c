#include "relay/channel.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "lib/clock.h"
#include "lib/id.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "relay/client.h"
#include "relay/heal.h"
#include "relay/subscribe.h"
#include "relay/tail.h"

enum {
    RETRY_MS = 500,
    RESET_INTERVAL_MS = 10000,
};

static void fill_hole(void *arg);

/* ---- The table ---- */

struct channel *channel_find(const struct relay *r, int64_t group)
{
    struct channel *ch = NULL;
    HASH_FIND(hh, r->channels, &group, sizeof(group), ch);
    return ch;
}

struct channel *channel_open(struct relay *r, int64_t group)
{
    struct channel *ch = channel_find(r, group);
    if (ch == NULL) {
        ch = mem_alloc(sizeof(*ch));
        ch->relay = r;
        ch->group = group;
        wire_channel(ch->name, "group", ID_TEXT(group));
        ch->hole = timer_create_on(r->loop, fill_hole, ch);
        HASH_ADD(hh, r->channels, group, sizeof(ch->group), ch);
        bus_subscribe(r->bus, ch->name);
    }
    return ch;
}

bool channel_is_heard(const struct channel *ch)
{
    return bus_is_subscribed(ch->relay->bus, ch->name);
}

static void forget(struct channel *ch)
{
    struct relay *r = ch->relay;
    if (!r->stopping) {
        bus_unsubscribe(r->bus, ch->name);
    }
    tail_clear(ch);
    pending_clear(ch);
    timer_destroy(ch->hole);
    HASH_DEL(r->channels, ch);
    free(ch);
}

void channels_destroy(struct relay *r)
{
    struct channel *ch;
    struct channel *next;
    HASH_ITER(hh, r->channels, ch, next)
    {
        forget(ch);
    }
}

/* ---- In order ---- */

/* Takes over the entry, whose seq is top + 1. */
static void deliver(struct channel *ch, struct entry *e)
{
    struct subscription *s;
    struct subscription *next;
    ch->top = e->seq;
    tail_append(ch, e);
    DL_FOREACH_SAFE(ch->subscriptions, s, next)
    {
        if (e->drop != 0) {
            subscription_drop(s, e->drop, e->seq);
        }
    }
    DL_FOREACH_SAFE(ch->subscriptions, s, next)
    {
        subscription_deliver(s, e->seq, e->frame);
    }
    if (e->gone) {
        channel_end(ch);
    }
}

static bool is_held_up(const struct channel *ch)
{
    return !ch->known || heal_is_holding(ch->relay);
}

void channel_drain(struct channel *ch)
{
    struct entry *e;
    while (!is_held_up(ch) && (e = pending_first(ch)) != NULL &&
           e->seq <= ch->top + 1) {
        pending_take(ch, e);
        if (e->seq == ch->top + 1) {
            deliver(ch, e);
        } else {
            entry_free(e);
        }
    }
    bool missing = ch->known && (ch->want > ch->top || ch->pending != NULL);
    if (missing && !ch->fetching && !timer_is_running(ch->hole)) {
        timer_start(ch->hole, CHANNEL_HOLE_MS);
    } else if (!missing) {
        timer_stop(ch->hole);
    }
}

void channel_learn_head(struct channel *ch, int64_t head)
{
    if (!ch->known) {
        ch->known = true;
        ch->top = head;
        ch->floor = head;
    }
    ch->want = head > ch->want ? head : ch->want;
    channel_drain(ch);
}

static void ephemeral(struct channel *ch, struct str text)
{
    if (is_held_up(ch)) {
        return;
    }
    struct frame *f = frame_create(text);
    struct subscription *s;
    struct subscription *next;
    DL_FOREACH_SAFE(ch->subscriptions, s, next)
    {
        subscription_tell(s, f);
    }
    frame_unref(&f);
}

static void take_envelope(struct channel *ch, const struct envelope *e)
{
    if (e->voids.len > 0) {
        tail_void(ch, e->voids);
    }
    if (e->seq == 0) {
        ephemeral(ch, e->frame);
    } else if (!ch->known || e->seq > ch->top) {
        pending_put(ch, e);
    }
}

void channel_received(struct relay *r, struct str id, struct str message)
{
    int64_t group = 0;
    struct channel *ch = id_parse(id, &group) ? channel_find(r, group) : NULL;
    struct envelope e;
    if (ch == NULL) {
        return;
    }
    if (!envelope_read(message, &e)) {
        log_warn("envelope.refused", "channel=%s bytes=%zu", ch->name, message.len);
        return;
    }
    if (!channels_check_epoch(r, e.epoch)) {
        return; /* the heal that this begins asks for it again */
    }
    take_envelope(ch, &e);
    channel_drain(ch);
}

void channel_end(struct channel *ch)
{
    struct subscription *s;
    struct subscription *next;
    DL_FOREACH_SAFE(ch->subscriptions, s, next)
    {
        subscription_end(s, UNSUBSCRIBE_SERVER, "no access");
    }
}

/* ---- Holes ---- */

void channel_reset(struct channel *ch, int64_t head)
{
    log_info("channel.reset", "group=%s top=%lld head=%lld", ID_TEXT(ch->group),
             (long long)ch->top, (long long)head);
    tail_clear(ch);
    pending_clear(ch);
    ch->floor = head;
    ch->top = head;
    ch->want = head;
    ch->fetch_from = head;
    ch->heads_from = head;
    ch->reset_ms = clock_mono_ms();
    ch->has_behind = true;
    struct subscription *s;
    DL_FOREACH(ch->subscriptions, s)
    {
        subscription_fall_behind(s, ch->subscription_count);
    }
}

static int64_t last_seq(struct str answer)
{
    int64_t last = 0;
    struct envelope e;
    while (tail_answer_next(&answer, &e)) {
        last = e.seq;
    }
    return last;
}

static void fetched(void *arg, uint64_t client, int64_t group, enum err code,
                    struct wire_reader *answer)
{
    struct relay *r = arg;
    struct channel *ch = channel_find(r, group);
    (void)client;
    if (ch == NULL) {
        return;
    }
    ch->fetching = false;
    if (code == E_NOT_FOUND) {
        channel_end(ch);
        return;
    }
    if (code != E_OK) {
        timer_start(ch->hole, RETRY_MS);
        return;
    }
    bool same = channels_check_epoch(r, wire_next(answer));
    int64_t head = wire_next_int(answer);
    int64_t count = wire_next_int(answer);
    if (!same || !answer->ok) {
        return;
    }
    int64_t before = ch->top; /* events may have come while we asked */
    int64_t last = last_seq(answer->body);
    bool lately =
        ch->reset_ms != 0 && clock_mono_ms() - ch->reset_ms < RESET_INTERVAL_MS;
    if (head < ch->fetch_from ||
        (head > before && head > last && count > 0 && !lately)) {
        channel_reset(ch, head);
        return;
    }
    ch->want = head > ch->want ? head : ch->want;
    struct envelope e;
    while (tail_answer_next(&answer->body, &e)) {
        take_envelope(ch, &e);
    }
    channel_drain(ch);
    if (ch->top == before && ch->want > ch->top) { /* said to be there, and was not */
        ch->want = head;
    }
}

static void fill_hole(void *arg)
{
    struct channel *ch = arg;
    if (ch->fetching || heal_is_holding(ch->relay)) {
        return;
    }
    ch->fetching = true;
    ch->fetch_from = ch->top;
    tail_ask(ch->relay, ch->group, ch->top, fetched, 0);
}

/* ---- Epochs ---- */

bool channels_check_epoch(struct relay *r, struct str epoch)
{
    if (str_eq(epoch, str_of(r->epoch))) {
        return true;
    }
    if (epoch.len == 0 || epoch.len >= sizeof(r->epoch)) {
        return false;
    }
    bool first = r->epoch[0] == '\0';
    snprintf(r->epoch, sizeof(r->epoch), "%.*s", STR_ARGS(epoch));
    log_info("epoch.changed", "epoch=%s", r->epoch);
    if (first) {
        return true;
    }
    struct channel *ch;
    struct channel *next;
    HASH_ITER(hh, r->channels, ch, next)
    {
        channel_reset(ch, 0);
        ch->known = false; /* until the heal, or the next subscriber, has asked */
    }
    heal_start(r);
    return false;
}

/* ---- Each second ---- */

static void release_behind(struct channel *ch)
{
    int64_t now = clock_mono_ms();
    struct subscription *s;
    struct subscription *next;
    ch->has_behind = false;
    DL_FOREACH_SAFE(ch->subscriptions, s, next)
    {
        if (!subscription_resubscribe_if_due(s, now)) {
            ch->has_behind = true;
        }
    }
}

void channels_tick(struct relay *r)
{
    struct channel *ch;
    struct channel *next;
    HASH_ITER(hh, r->channels, ch, next)
    {
        if (ch->has_behind && asks_have_api(r->asks) && !r->deaf) {
            release_behind(ch);
        }
        if (ch->subscriptions == NULL && !ch->fetching) {
            forget(ch);
        }
    }
}
