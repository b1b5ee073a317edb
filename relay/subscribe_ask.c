#include "relay/subscribe_ask.h"

#include <stdlib.h>

#include "lib/id.h"
#include "lib/mem.h"
#include "relay/later.h"
#include "relay/recover.h"

/* What was asked for: an answer that comes later for another subscription of the same
 * client to the same group is not taken for it. */
struct batch {
    struct relay *relay;
    size_t count;

    struct {
        int64_t group;
        uint64_t generation;
    } items[WIRE_MAX_GROUPS];
};

static struct subscription *find_asked(struct client *c, int64_t group,
                                       uint64_t generation)
{
    struct subscription *s = NULL;
    HASH_FIND(hh, c->subscriptions, &group, sizeof(group), s);
    return s != NULL && s->state == SUB_ASKED && s->generation == generation ? s : NULL;
}

static void refuse_all(struct client *c, const struct batch *b, int code)
{
    for (size_t i = 0; i < b->count && c->state != CLIENT_CLOSING; i++) {
        struct subscription *s =
            find_asked(c, b->items[i].group, b->items[i].generation);
        if (s != NULL) {
            subscription_end(s, code, "");
        }
    }
}

static void go_on(struct relay *r, uint64_t client, int64_t group)
{
    struct client *c = client_find(r, client);
    struct subscription *s = NULL;
    if (c != NULL) {
        HASH_FIND(hh, c->subscriptions, &group, sizeof(group), s);
    }
    if (s != NULL && s->state == SUB_FETCHING) {
        recover_begin(s);
    }
}

static void allowed(struct relay *r, struct client *c, int64_t group,
                    uint64_t generation, struct str value)
{
    struct subscription *s = find_asked(c, group, generation);
    int64_t head = 0;
    if (s == NULL) {
        return;
    }
    if (!str_to_i64(value, &head)) {
        subscription_end(s, UNSUBSCRIBE_SERVER, "no access");
        return;
    }
    s->allowed_at = head;
    s->state = SUB_FETCHING;
    later(r, "relay.subscribe.before_answer", go_on, c->id, group);
}

static void answered(void *arg, uint64_t client, int64_t group, enum err code,
                     struct wire_reader *answer)
{
    struct batch *b = arg;
    struct client *c = client_find(b->relay, client);
    (void)group;
    if (c == NULL) {
        free(b);
        return;
    }
    if (code != E_OK || !channels_check_epoch(b->relay, wire_next(answer))) {
        bool final =
            code == E_UNAUTHORIZED || code == E_FORBIDDEN || code == E_NOT_FOUND;
        refuse_all(c, b, final ? UNSUBSCRIBE_SERVER : UNSUBSCRIBE_INSUFFICIENT);
        free(b);
        return;
    }
    /* The answer's words come in the order of the question's. */
    struct wire_item item;
    for (size_t i = 0;
         i < b->count && c->state != CLIENT_CLOSING && wire_item(answer, &item); i++) {
        int64_t id = 0;
        if (id_parse(item.name, &id) && id == b->items[i].group) {
            allowed(b->relay, c, id, b->items[i].generation, item.value);
        }
    }
    if (c->state != CLIENT_CLOSING) {
        refuse_all(c, b, UNSUBSCRIBE_INSUFFICIENT); /* what a broken answer left out */
    }
    free(b);
}

static void send_batch(struct client *c, struct batch *b)
{
    struct buf words = BUF_INIT(WIRE_MAX_BYTES);
    ask_begin(&words, "listen");
    wire_id(&words, c->session);
    wire_id(&words, c->user);
    for (size_t i = 0; i < b->count; i++) {
        wire_id(&words, b->items[i].group);
    }
    wire_body(&words, STR(""));
    asks_send(c->relay->asks, buf_view(&words), answered, b, c->id, 0);
    buf_finish(&words);
}

static void ask_now(void *arg)
{
    struct client *c = arg;
    struct batch *b = NULL;
    struct subscription *s;
    struct subscription *next;
    HASH_ITER(hh, c->subscriptions, s, next)
    {
        if (s->state != SUB_CONFIRMED) {
            continue;
        }
        if (b == NULL) {
            b = mem_alloc(sizeof(*b));
            b->relay = c->relay;
        }
        s->state = SUB_ASKED;
        b->items[b->count].group = s->group;
        b->items[b->count].generation = s->generation;
        if (++b->count == WIRE_MAX_GROUPS) {
            send_batch(c, b);
            b = NULL;
        }
    }
    if (b != NULL) {
        send_batch(c, b);
    }
}

void subscribe_ask_soon(struct client *c)
{
    if (c->soon == NULL) {
        c->soon = timer_create_on(c->relay->loop, ask_now, c);
    }
    if (!timer_is_running(c->soon)) {
        timer_start(c->soon, 0);
    }
}
