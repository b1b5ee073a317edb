#include "relay/hear.h"

#include "lib/clock.h"
#include "lib/id.h"
#include "lib/log.h"
#include "relay/channel.h"
#include "relay/client.h"
#include "relay/connect.h"
#include "relay/control.h"
#include "relay/heal.h"
#include "relay/subscribe.h"
#include "relay/user.h"

void relay_tell_all(struct relay *r, struct str data)
{
    struct buf line = BUF_INIT(4096);
    buf_str(&line, STR("{\"push\":{\"message\":{\"data\":"));
    buf_str(&line, data);
    buf_str(&line, STR("}}}"));
    struct frame *f = frame_create(buf_view(&line));
    struct client *c;
    struct client *next;
    HASH_ITER(hh, r->clients, c, next)
    {
        if (c->state == CLIENT_READY) {
            client_send(c, f);
        }
    }
    frame_unref(&f);
    buf_finish(&line);
}

/* ---- Deaf and not ---- */

static void set_deaf(struct relay *r, bool deaf)
{
    if (r->deaf == deaf) {
        return;
    }
    r->deaf = deaf;
    log_event(deaf ? LOG_WARN : LOG_INFO, deaf ? "relay.deafened" : "relay.heard",
              "clients=%u channels=%u", HASH_COUNT(r->clients),
              HASH_COUNT(r->channels));
    if (deaf) {
        heal_hold(r);
        connects_refuse_waiting(r);
        subscriptions_refuse_waiting(r);
        relay_tell_all(r, STR("{\"type\":\"degraded\"}"));
    } else {
        heal_start(r);
    }
}

void hear_healed(struct relay *r)
{
    relay_tell_all(r, STR("{\"type\":\"live\"}"));
    relay_tell_all(r, STR("{\"type\":\"resync\"}"));
}

void hear_state(void *arg, bool up)
{
    struct relay *r = arg;
    if (!up) {
        set_deaf(r, true);
    } /* else: the next beat tells that an api is there as well */
}

void hear_tick(struct relay *r)
{
    if (!asks_have_api(r->asks)) {
        set_deaf(r, true);
    }
}

/* ---- Beats ---- */

static void learn_head(struct relay *r, struct str id, struct str value)
{
    int64_t group = 0;
    int64_t head = 0;
    struct channel *ch = id_parse(id, &group) ? channel_find(r, group) : NULL;
    if (ch != NULL && ch->known && str_to_i64(value, &head)) {
        channel_learn_head(ch, head);
    }
}

static void beat(struct relay *r, struct str message)
{
    struct wire_reader w = wire_read(message);
    struct str epoch = wire_next(&w);
    struct str boot = wire_next(&w);
    int64_t number = wire_next_int(&w);
    if (!w.ok) {
        log_warn("beat.refused", "bytes=%zu", message.len);
        return;
    }
    bool heal = !asks_heard_api(r->asks, boot, number);
    (void)channels_check_epoch(r, epoch);
    struct wire_item item;
    while (wire_item(&w, &item)) {
        if (item.value.ptr != NULL) {
            learn_head(r, item.name, item.value);
        } else if (str_eq(item.name, STR("all"))) {
            heal = true;
        }
    }
    if (r->deaf && bus_is_up(r->bus)) {
        set_deaf(r, false);
    } else if (heal && !r->deaf) {
        heal_start(r);
    }
}

/* ---- The bus ---- */

void hear_message(void *arg, struct str channel, struct str message)
{
    struct relay *r = arg;
    struct str name = channel;
    struct str kind = STR("");
    (void)str_cut(&name, ':', &kind);
    if (str_eq(kind, STR("group"))) {
        channel_received(r, name, message);
    } else if (str_eq(kind, STR("answer"))) {
        asks_answered(r->asks, message);
    } else if (str_eq(kind, STR("user"))) {
        user_message(r, name, message);
    } else if (str_eq(kind, STR("beat"))) {
        beat(r, message);
    } else if (str_eq(kind, STR("control"))) {
        control_message(r, message);
    }
}

void hear_subscribed(void *arg, struct str channel)
{
    struct relay *r = arg;
    struct str name = channel;
    struct str kind = STR("");
    (void)str_cut(&name, ':', &kind);
    if (str_eq(kind, STR("group"))) {
        subscriptions_confirmed(r, name);
    } else if (str_eq(kind, STR("user"))) {
        user_confirmed(r, name);
    }
}

void hear_start(struct relay *r)
{
    char answers[WIRE_CHANNEL_SIZE];
    wire_channel(answers, "answer", r->name);
    bus_subscribe(r->bus, answers);
    bus_subscribe(r->bus, "control");
    bus_subscribe(r->bus, "beat");
}
