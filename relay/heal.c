#include "relay/heal.h"

#include <stdlib.h>

#include "lib/id.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "relay/channel.h"
#include "relay/client.h"
#include "relay/control.h"
#include "relay/hear.h"
#include "relay/subscribe.h"

enum {
    STANDING_SESSIONS = 256,
    STANDING_GROUPS = 4096,
    RETRY_MS = 500,
};

enum phase { IDLE, STANDING, HEADS };

struct heal {
    struct relay *relay;
    struct timer *start;
    enum phase phase;
    size_t asked; /* answers still to come in this phase */
    bool failed;  /* one of them did not */
    bool again;   /* something was missed meanwhile */
    bool holding;
    uint64_t until; /* subscriptions made later are not what was asked after */
};

static void enter_phase(struct heal *h, enum phase phase);

bool heal_is_holding(const struct relay *r)
{
    return r->heal->holding;
}

void heal_hold(struct relay *r)
{
    r->heal->holding = true;
}

static void retry(struct heal *h)
{
    h->phase = IDLE;
    h->again = false;
    if (!h->relay->deaf && !h->relay->stopping) {
        timer_start(h->start, RETRY_MS);
    } /* else: what ends the deafness starts it */
}

static void phase_ended(struct heal *h)
{
    struct relay *r = h->relay;
    if (h->failed) {
        retry(h);
    } else if (h->phase == STANDING) {
        h->holding = r->deaf;
        struct channel *ch;
        struct channel *next;
        HASH_ITER(hh, r->channels, ch, next)
        {
            channel_drain(ch);
        }
        enter_phase(h, HEADS);
    } else {
        h->phase = IDLE;
        log_info("heal.ended", "clients=%u channels=%u", HASH_COUNT(r->clients),
                 HASH_COUNT(r->channels));
        if (!r->deaf) {
            hear_healed(r);
        }
        if (h->again) {
            h->again = false;
            heal_start(r);
        }
    }
}

static bool one_answered(struct heal *h, enum err code, struct wire_reader *answer)
{
    bool good =
        code == E_OK && channels_check_epoch(h->relay, wire_next(answer)) && answer->ok;
    h->failed = h->failed || !good;
    return good;
}

static void one_done(struct heal *h)
{
    if (--h->asked == 0) {
        phase_ended(h);
    }
}

/* ---- Do these sessions and memberships still stand? ---- */

static void lose_groups(struct relay *r, int64_t session, struct str groups)
{
    uint64_t until = r->heal->until;
    struct client *c;
    struct client *next;
    HASH_ITER(hh, r->clients, c, next)
    {
        struct str left = groups;
        struct str word;
        while (c->session == session && c->state == CLIENT_READY &&
               str_cut(&left, ' ', &word)) {
            int64_t group = 0;
            struct subscription *s = NULL;
            if (id_parse(word, &group)) {
                HASH_FIND(hh, c->subscriptions, &group, sizeof(group), s);
            }
            if (s != NULL && s->generation <= until && subscription_is_answered(s)) {
                subscription_end(s, UNSUBSCRIBE_SERVER, "no access");
            }
        }
    }
}

static void take_standing(struct relay *r, struct str body)
{
    struct str line;
    while (str_cut(&body, '\n', &line)) {
        struct str session_text = STR("");
        struct str verdict = STR("");
        int64_t session = 0;
        if (!str_cut(&line, ' ', &session_text) || !str_cut(&line, ' ', &verdict) ||
            !id_parse(session_text, &session)) {
            continue;
        }
        if (str_eq(verdict, STR("ended"))) {
            control_end_session(r, session);
        } else if (str_eq(verdict, STR("lost"))) {
            lose_groups(r, session, line);
        }
    }
}

static void standing_answered(void *arg, uint64_t client, int64_t group, enum err code,
                              struct wire_reader *answer)
{
    struct heal *h = arg;
    (void)client;
    (void)group;
    if (one_answered(h, code, answer)) {
        take_standing(h->relay, answer->body);
    }
    one_done(h);
}

struct standing {
    struct heal *heal;
    struct buf lines;
    size_t sessions, groups;
};

static void send_standing(struct standing *s)
{
    if (s->sessions == 0) {
        return;
    }
    struct buf words = BUF_INIT(WIRE_MAX_BYTES);
    ask_begin(&words, "standing");
    wire_body(&words, buf_view(&s->lines));
    s->heal->asked++;
    asks_send(s->heal->relay->asks, buf_view(&words), standing_answered, s->heal, 0, 0);
    buf_finish(&words);
    buf_reset(&s->lines);
    s->sessions = 0;
    s->groups = 0;
}

static void add_client(struct standing *s, const struct client *c)
{
    if (s->sessions == STANDING_SESSIONS ||
        s->groups + c->subscription_count > STANDING_GROUPS) {
        send_standing(s);
    }
    buf_printf(&s->lines, "%s %s", ID_TEXT(c->session), ID_TEXT(c->user));
    for (const struct subscription *sub = c->subscriptions; sub != NULL;
         sub = sub->hh.next) {
        buf_printf(&s->lines, " %s", ID_TEXT(sub->group));
    }
    buf_char(&s->lines, '\n');
    s->sessions++;
    s->groups += c->subscription_count;
}

static void ask_standing(struct heal *h)
{
    struct standing s = {.heal = h, .lines = BUF_INIT(WIRE_MAX_BYTES)};
    h->until = subscription_last_generation();
    for (const struct client *c = h->relay->clients; c != NULL; c = c->hh.next) {
        if (c->state == CLIENT_READY) {
            add_client(&s, c);
        }
    }
    send_standing(&s);
    buf_finish(&s.lines);
}

/* ---- How far do the logs go? ---- */

static void take_head(struct relay *r, const struct wire_item *item)
{
    int64_t group = 0;
    int64_t head = 0;
    struct channel *ch = id_parse(item->name, &group) ? channel_find(r, group) : NULL;
    if (ch == NULL) {
        return;
    }
    if (!str_to_i64(item->value, &head)) {
        channel_end(ch);
    } else if (ch->known && head < ch->heads_from) {
        channel_reset(ch, head);
    } else {
        channel_learn_head(ch, head);
    }
}

static void heads_answered(void *arg, uint64_t client, int64_t group, enum err code,
                           struct wire_reader *answer)
{
    struct heal *h = arg;
    (void)client;
    (void)group;
    if (one_answered(h, code, answer)) {
        struct wire_item item;
        while (wire_item(answer, &item)) {
            take_head(h->relay, &item);
        }
    }
    one_done(h);
}

static void send_heads(struct heal *h, struct buf *groups)
{
    if (groups->len == 0) {
        return;
    }
    struct buf words = BUF_INIT(WIRE_MAX_BYTES);
    ask_begin(&words, "heads");
    buf_str(&words, buf_view(groups));
    wire_body(&words, STR(""));
    h->asked++;
    asks_send(h->relay->asks, buf_view(&words), heads_answered, h, 0, 0);
    buf_finish(&words);
    buf_reset(groups);
}

static void ask_heads(struct heal *h)
{
    struct buf groups = BUF_INIT(WIRE_MAX_BYTES);
    size_t count = 0;
    for (struct channel *ch = h->relay->channels; ch != NULL; ch = ch->hh.next) {
        ch->heads_from = ch->known ? ch->top : 0;
        wire_id(&groups, ch->group);
        if (++count % WIRE_MAX_GROUPS == 0) {
            send_heads(h, &groups);
        }
    }
    send_heads(h, &groups);
    buf_finish(&groups);
}

/* ---- */

static void enter_phase(struct heal *h, enum phase phase)
{
    h->phase = phase;
    h->asked = 0;
    h->failed = false;
    if (phase == STANDING) {
        ask_standing(h);
    } else {
        ask_heads(h);
    }
    if (h->asked == 0) { /* nobody to ask about */
        phase_ended(h);
    }
}

static void begin(void *arg)
{
    struct heal *h = arg;
    if (h->phase == IDLE && !h->relay->deaf) {
        log_info("heal.began", "clients=%u channels=%u", HASH_COUNT(h->relay->clients),
                 HASH_COUNT(h->relay->channels));
        h->holding = true;
        enter_phase(h, STANDING);
    }
}

void heal_start(struct relay *r)
{
    struct heal *h = r->heal;
    if (h->phase != IDLE) {
        h->again = true;
    } else {
        h->holding = true;
        timer_start(h->start, 0);
    }
}

struct heal *heal_create(struct relay *r)
{
    struct heal *h = mem_alloc(sizeof(*h));
    h->relay = r;
    h->start = timer_create_on(r->loop, begin, h);
    h->holding = true; /* until the first api was heard */
    return h;
}

void heal_destroy(struct heal *h)
{
    if (h != NULL) {
        timer_destroy(h->start);
        free(h);
    }
}
