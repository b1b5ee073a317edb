#include "relay/publish.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "relay/recover.h"
#include "relay/tail.h"

/* ---- publish: the reply comes after the commit ---- */

struct sent {
    struct relay *relay;
    int64_t id; /* of the command */
};

static void sent_answered(void *arg, uint64_t client, int64_t group, enum err code,
                          struct wire_reader *answer)
{
    struct sent s = *(struct sent *)arg;
    struct client *c = client_find(s.relay, client);
    free(arg);
    (void)group;
    (void)answer;
    if (c == NULL) {
        return;
    }
    if (code == E_OK) {
        client_reply(c, s.id, STR("\"publish\":{}"));
    } else {
        client_reply_error(c, s.id, client_error_code(code));
    }
}

void publish_command(struct client *c, int64_t id, const struct json *request)
{
    int64_t group = 0;
    const struct json *data = json_member(request, "data");
    if (!channel_name_parse(json_str(json_member(request, "channel")), &group)) {
        client_reply_error(c, id, ERROR_DENIED);
        return;
    }
    if (json_kind(data) != JSON_OBJECT) {
        client_reply_error(c, id, ERROR_BAD_REQUEST);
        return;
    }
    struct buf text = BUF_INIT(WIRE_MAX_BYTES);
    struct buf words = BUF_INIT(WIRE_MAX_BYTES);
    json_print(data, &text);
    ask_begin(&words, "send");
    wire_id(&words, c->session);
    wire_id(&words, c->user);
    wire_id(&words, group);
    wire_body(&words, buf_view(&text));
    struct sent *s = mem_alloc(sizeof(*s));
    s->relay = c->relay;
    s->id = id;
    asks_send(c->relay->asks, buf_view(&words), sent_answered, s, c->id, group);
    buf_finish(&words);
    buf_finish(&text);
}

/* ---- history ---- */

struct history {
    struct relay *relay;
    int64_t id;
    int64_t limit;
    int64_t until; /* events above are left out; 0: none */
    bool reverse;
};

static void write_publications(struct buf *out, struct str body,
                               const struct history *h)
{
    struct str frames[CHANNEL_FETCH_EVENTS];
    int64_t count = 0;
    struct envelope e;
    while (count < CHANNEL_FETCH_EVENTS && tail_answer_next(&body, &e)) {
        if (h->until == 0 || e.seq <= h->until) {
            frames[count++] = e.frame;
        }
    }
    int64_t shown = count < h->limit ? count : h->limit;
    for (int64_t i = 0; i < shown; i++) {
        if (i > 0) {
            buf_char(out, ',');
        }
        buf_str(out, channel_publication(frames[h->reverse ? count - 1 - i : i]));
    }
}

static void history_answered(void *arg, uint64_t client, int64_t group, enum err code,
                             struct wire_reader *answer)
{
    struct history h = *(struct history *)arg;
    struct client *c = client_find(h.relay, client);
    free(arg);
    (void)group;
    if (c == NULL) {
        return;
    }
    struct str epoch = code == E_OK ? wire_next(answer) : STR("");
    int64_t head = code == E_OK ? wire_next_int(answer) : 0;
    (void)(code == E_OK ? wire_next_int(answer) : 0);
    if (code != E_OK || !answer->ok) {
        client_reply_error(c, h.id,
                           client_error_code(code == E_OK ? E_UNAVAILABLE : code));
        return;
    }
    struct buf members = BUF_INIT(WIRE_MAX_BYTES);
    buf_printf(&members,
               "\"history\":{\"epoch\":\"%.*s\",\"offset\":%lld,\"publications\":[",
               STR_ARGS(epoch), (long long)head);
    write_publications(&members, answer->body, &h);
    buf_str(&members, STR("]}"));
    client_reply(c, h.id, buf_view(&members));
    buf_finish(&members);
}

void history_command(struct client *c, int64_t id, const struct json *request)
{
    const struct subscription *s =
        subscription_find_live(c, json_str(json_member(request, "channel")));
    int64_t limit = 0;
    int64_t since = 0;
    const struct json *given = json_member(request, "limit");
    const struct json *position = json_member(request, "since");
    const struct json *offset = json_member(position, "offset");
    bool reverse = json_flag(json_member(request, "reverse"));
    if (s == NULL) {
        client_reply_error(c, id, ERROR_DENIED);
        return;
    }
    if ((given != NULL && (!json_int(given, &limit) || limit < -1)) ||
        (offset != NULL && (!json_int(offset, &since) || since < 0))) {
        client_reply_error(c, id, ERROR_BAD_REQUEST);
        return;
    }
    if (limit == -1 || limit > CHANNEL_FETCH_EVENTS) {
        limit = CHANNEL_FETCH_EVENTS;
    }
    int64_t until = reverse && position != NULL ? (since > 0 ? since - 1 : 0) : 0;
    int64_t upper = until > 0 ? until : s->channel->top;
    bool from_start = position != NULL && !reverse;
    int64_t after = from_start ? since : upper > limit ? upper - limit : 0;
    struct history *h = mem_alloc(sizeof(*h));
    *h = (struct history){c->relay, id, limit, until, reverse};
    struct buf words = BUF_INIT(256);
    ask_begin(&words, "tail");
    wire_id(&words, s->group);
    wire_int(&words, after);
    wire_int(&words, limit > 0 ? limit : 1);
    wire_int(&words, CHANNEL_FETCH_BYTES);
    wire_body(&words, STR(""));
    asks_send(c->relay->asks, buf_view(&words), history_answered, h, c->id, s->group);
    buf_finish(&words);
}
