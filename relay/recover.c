#include "relay/recover.h"

#include <utlist.h>

#include "relay/subscribe_ask.h"
#include "relay/tail.h"

enum { TRIES = 3 };

/* The publications between since and the channel's top, for one reply. */
struct missed {
    struct buf text; /* {"data":…},{"data":…} */
    size_t count, bytes;
    int64_t last;
};

static void add(struct missed *m, struct str frame, int64_t seq)
{
    struct str publication = channel_publication(frame);
    if (m->count > 0) {
        buf_char(&m->text, ',');
    }
    buf_str(&m->text, publication);
    m->count++;
    m->bytes += publication.len;
    m->last = seq;
}

/* ---- The reply ---- */

static void reply(struct subscription *s, bool recovered, const struct missed *m)
{
    struct client *c = s->client;
    struct channel *ch = s->channel;
    struct buf members = BUF_INIT(WIRE_MAX_BYTES);
    s->position = recovered && s->since > ch->top ? s->since : ch->top;
    /* each publication moves the client on from the offset that it asked with */
    buf_printf(
        &members,
        "\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"%s\","
        "\"offset\":%lld",
        c->relay->epoch, (long long)(recovered ? s->since : ch->top));
    if (s->recover) {
        buf_printf(&members, ",\"was_recovering\":true,\"recovered\":%s",
                   recovered ? "true" : "false");
    }
    if (m != NULL && m->count > 0) {
        buf_str(&members, STR(",\"publications\":["));
        buf_str(&members, buf_view(&m->text));
        buf_char(&members, ']');
        c->recovered_events += m->count;
        c->recovered_bytes += m->bytes;
    }
    buf_char(&members, '}');
    int64_t head = s->allowed_at;
    s->state = SUB_LIVE;
    client_reply(c, s->command_id, buf_view(&members));
    buf_finish(&members);
    channel_learn_head(ch, head); /* may deliver: only behind the reply */
}

/* The user may have been removed after the permission was read: that drop is in the tail.
 * False when the tail no longer reaches back that far. */
static bool judge(const struct subscription *s, bool *dropped)
{
    const struct channel *ch = s->channel;
    *dropped = false;
    if (s->allowed_at >= ch->top) {
        return true;
    }
    if (s->allowed_at < ch->floor) {
        return false;
    }
    for (const struct entry *e = tail_after(ch, s->allowed_at); e != NULL;
         e = e->next) {
        *dropped = *dropped || e->drop == s->client->user || e->gone;
    }
    return true;
}

/* True when the subscription may be answered now; else it is gone or asks again. */
static bool still_allowed(struct subscription *s)
{
    bool dropped = false;
    if (!judge(s, &dropped)) {
        if (++s->tries > TRIES) {
            subscription_end(s, UNSUBSCRIBE_INSUFFICIENT, "");
        } else {
            s->state = SUB_CONFIRMED;
            subscribe_ask_soon(s->client);
        }
        return false;
    }
    if (dropped) {
        subscription_end(s, UNSUBSCRIBE_SERVER, "no access");
        return false;
    }
    return true;
}

/* Adds what the tail has above m->last, and replies. */
static void finish(struct subscription *s, struct missed *m)
{
    struct client *c = s->client;
    for (const struct entry *e = tail_after(s->channel, m->last); e != NULL;
         e = e->next) {
        add(m, frame_view(e->frame), e->seq);
    }
    bool fits = m->count <= RECOVER_EVENTS && m->bytes <= RECOVER_BYTES &&
                c->recovered_events + m->count <= RECOVER_ALL_EVENTS &&
                c->recovered_bytes + m->bytes <= RECOVER_ALL_BYTES;
    reply(s, fits, fits ? m : NULL);
}

/* ---- Where what was missed comes from ---- */

static void fetched(void *arg, uint64_t client, int64_t group, enum err code,
                    struct wire_reader *answer)
{
    struct relay *r = arg;
    struct client *c = client_find(r, client);
    struct subscription *s = NULL;
    if (c != NULL) {
        HASH_FIND(hh, c->subscriptions, &group, sizeof(group), s);
    }
    if (s == NULL || s->state != SUB_FETCHING) {
        return;
    }
    if (code != E_OK) {
        subscription_end(
            s, code == E_NOT_FOUND ? UNSUBSCRIBE_SERVER : UNSUBSCRIBE_INSUFFICIENT, "");
        return;
    }
    bool same = channels_check_epoch(r, wire_next(answer));
    (void)wire_next_int(answer);
    (void)wire_next_int(answer);
    if (!same || !answer->ok) {
        subscription_end(s, UNSUBSCRIBE_INSUFFICIENT, "");
        return;
    }
    if (!still_allowed(s)) {
        return;
    }
    struct missed m = {.text = BUF_INIT(WIRE_MAX_BYTES), .last = s->since};
    struct envelope e;
    while (tail_answer_next(&answer->body, &e)) {
        if (e.seq == m.last + 1 && e.seq <= s->channel->top) {
            add(&m, e.frame, e.seq);
        }
    }
    if (m.last >= s->channel->floor) {
        finish(s, &m);
    } else {
        reply(s, false, NULL); /* more than one answer holds */
    }
    buf_finish(&m.text);
}

static bool is_recoverable(const struct subscription *s)
{
    const struct channel *ch = s->channel;
    int64_t known = s->allowed_at > ch->top ? s->allowed_at : ch->top;
    bool same_log =
        !s->epoch_matters || str_eq(str_of(s->epoch), str_of(s->client->relay->epoch));
    return same_log && s->since <= known && ch->top - s->since <= RECOVER_EVENTS;
}

void recover_begin(struct subscription *s)
{
    struct channel *ch = s->channel;
    if (!ch->known) {
        uint64_t client = s->client->id;
        int64_t group = s->group;
        struct relay *r = s->client->relay;
        channel_learn_head(ch, s->allowed_at);
        /* delivering what was held may have closed this very client */
        struct client *c = client_find(r, client);
        s = NULL;
        if (c != NULL) {
            HASH_FIND(hh, c->subscriptions, &group, sizeof(group), s);
        }
        if (s == NULL) {
            return;
        }
    }
    if (!still_allowed(s)) {
        return;
    }
    if (!s->recover) {
        reply(s, false, NULL);
    } else if (!is_recoverable(s)) {
        reply(s, false, NULL);
    } else if (s->since >= ch->floor) {
        struct missed m = {.text = BUF_INIT(WIRE_MAX_BYTES), .last = s->since};
        finish(s, &m);
        buf_finish(&m.text);
    } else {
        tail_ask(s->client->relay, s->group, s->since, fetched, s->client->id);
    }
}
