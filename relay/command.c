#include "relay/command.h"

#include "lib/clock.h"
#include "lib/json.h"
#include "relay/connect.h"
#include "relay/publish.h"
#include "relay/subscribe.h"

static void refuse_method(struct client *c, int64_t id, const struct json *request)
{
    (void)request;
    client_reply_error(c, id, ERROR_NO_METHOD);
}

static void refuse_available(struct client *c, int64_t id, const struct json *request)
{
    (void)request;
    client_reply_error(c, id, ERROR_NOT_AVAILABLE);
}

static void ignore(struct client *c, int64_t id, const struct json *request)
{
    (void)c;
    (void)id;
    (void)request;
}

static const struct command {
    const char *name;
    bool without_id; /* has no reply */
    void (*run)(struct client *c, int64_t id, const struct json *request);
} commands[] = {
    {"connect", false, connect_command},
    {"subscribe", false, subscribe_command},
    {"unsubscribe", false, unsubscribe_command},
    {"publish", false, publish_command},
    {"history", false, history_command},
    {"presence", false, refuse_available},
    {"presence_stats", false, refuse_available},
    {"rpc", false, refuse_method},
    {"refresh", false, refuse_available},
    {"sub_refresh", false, refuse_available},
    {"ping", false, refuse_available},
    {"send", true, ignore},
};

/* The one request of the command; NULL when there is none, or more than one. */
static const struct command *find(const struct json *root, const struct json **request)
{
    const struct command *found = NULL;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        const struct json *v = json_member(root, commands[i].name);
        if (v == NULL) {
            continue;
        }
        if (found != NULL || json_kind(v) != JSON_OBJECT) {
            return NULL;
        }
        found = &commands[i];
        *request = v;
    }
    return found;
}

/* False when the command is refused; when that goes on, the client is closed. */
static bool take_token(struct client *c)
{
    const struct rate *rate = &c->relay->settings->limit_commands;
    int64_t now = clock_mono_ms();
    c->tokens += (double)(now - c->tokens_ms) / 1000.0 * rate->per_second;
    c->tokens = c->tokens > rate->burst ? rate->burst : c->tokens;
    c->tokens_ms = now;
    c->tokens -= 1;
    if (c->tokens < -rate->burst) {
        client_close(c, CLOSE_TOO_MANY, "too many commands");
    }
    return c->tokens >= 0;
}

static void pong(struct client *c)
{
    if (c->pings_out > 0) {
        c->pings_out--;
    } else {
        client_close(c, CLOSE_BAD_REQUEST, "bad request");
    }
}

static void run(struct client *c, const struct json *root, bool exempt)
{
    int64_t id = 0;
    const struct json *given = json_member(root, "id");
    const struct json *request = NULL;
    const struct command *command = find(root, &request);
    bool id_good =
        given == NULL || (json_int(given, &id) && id >= 0 && id <= UINT32_MAX);
    bool is_connect = command != NULL && command->run == connect_command;
    if (command == NULL || !id_good || (id == 0 && !command->without_id) ||
        is_connect != (c->state == CLIENT_NEW)) {
        client_close(c, CLOSE_BAD_REQUEST, "bad request");
        return;
    }
    bool counted = !(exempt && command->run == subscribe_command);
    if (counted && !take_token(c)) {
        if (id != 0) {
            client_reply_error(c, id, ERROR_TOO_MANY);
        }
        return;
    }
    command->run(c, id, request);
}

static void take_line(struct client *c, struct str line, bool exempt)
{
    if (line.len > COMMAND_MAX) {
        client_close(c, WS_TOO_BIG, "command too big");
        return;
    }
    struct json_doc *doc = json_open(line, NULL);
    if (doc == NULL || json_kind(json_root(doc)) != JSON_OBJECT) {
        client_close(c, CLOSE_BAD_REQUEST, "bad request");
    } else if (json_member_count(json_root(doc)) == 0) {
        pong(c);
    } else {
        run(c, json_root(doc), exempt);
    }
    json_close(doc);
}

static void hold(struct client *c, struct str line)
{
    buf_str(&c->held, line);
    buf_char(&c->held, '\n');
    if (!buf_ok(&c->held)) {
        client_close(c, WS_TOO_BIG, "too much before connect");
    }
}

static void take_lines(struct client *c, struct str text, bool exempt)
{
    struct str line;
    while (c->state != CLIENT_CLOSING && str_cut(&text, '\n', &line)) {
        if (str_trim(line).len == 0) {
            continue;
        }
        if (c->state == CLIENT_CONNECTING) {
            hold(c, line);
        } else {
            take_line(c, line, exempt);
        }
    }
}

void command_received(void *client, struct str text)
{
    struct client *c = client;
    if (str_trim(text).len == 0) {
        client_close(c, CLOSE_BAD_REQUEST, "bad request");
        return;
    }
    take_lines(c, text, false);
}

void command_resume(struct client *c)
{
    struct buf held = c->held;
    buf_init(&c->held, WS_FRAME_MAX);
    take_lines(c, buf_view(&held), true);
    buf_finish(&held);
}
