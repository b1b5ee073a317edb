#include "relay/connect.h"

#include <stdio.h>

#include "config.h"
#include "lib/clock.h"
#include "lib/id.h"
#include "lib/log.h"
#include "relay/command.h"
#include "relay/control.h"
#include "relay/user.h"

enum { CREDENTIAL_MAX = 512 };

/* A refusal that may pass ends the socket's try, not the client: it comes again. */
static void refuse(struct client *c, int error)
{
    client_reply_error(c, c->connect_id, error);
    buf_finish(&c->held);
    c->user = 0;
    c->session = 0;
    c->token_group = 0;
    c->expires_ms = 0;
    client_enter_state(c, CLIENT_NEW);
}

static bool read_answer(struct client *c, struct wire_reader *answer)
{
    struct wire_item item;
    int64_t expires_ms = -1;
    bool good = true;
    while (wire_item(answer, &item)) {
        if (str_eq(item.name, STR("user"))) {
            good = id_parse(item.value, &c->user) && good;
        } else if (str_eq(item.name, STR("session"))) {
            good = id_parse(item.value, &c->session) && good;
        } else if (str_eq(item.name, STR("group"))) {
            good = id_parse(item.value, &c->token_group) && good;
        } else if (str_eq(item.name, STR("expires_ms"))) {
            good = str_to_i64(item.value, &expires_ms) && good;
        }
    }
    if (expires_ms >= 0) {
        c->expires_ms = clock_mono_ms() + expires_ms;
    }
    return good && answer->ok && c->user != 0 && c->session != 0;
}

static void answered(void *arg, uint64_t client, int64_t group, enum err code,
                     struct wire_reader *answer)
{
    struct relay *r = arg;
    struct client *c = client_find(r, client);
    (void)group;
    if (c == NULL) {
        return;
    }
    if (code == E_UNAUTHORIZED) {
        client_close(c, CLOSE_INVALID_TOKEN, "invalid token");
        return;
    }
    if (code != E_OK || !read_answer(c, answer)) {
        refuse(c, code == E_OK ? ERROR_INTERNAL : client_error_code(code));
        return;
    }
    user_enter(c);
    if (user_is_heard(r, c->user)) {
        connect_finish(c);
    } else if (!bus_is_up(r->bus) && r->deaf) {
        user_leave(c);
        refuse(c, ERROR_INTERNAL);
    }
}

void connect_finish(struct client *c)
{
    struct relay *r = c->relay;
    if (control_has_ended(r, c->session, c->user, c->asked_ms)) {
        client_close(c, CLOSE_ENDED, "session ended");
        return;
    }
    char members[256];
    snprintf(
        members, sizeof(members),
        "\"connect\":{\"client\":\"%s-%llu\",\"version\":\"moothall %s\",\"ping\":%lld,"
        "\"pong\":true,\"subs\":{\"user:%s\":{}}}",
        r->name, (unsigned long long)c->id, PACKAGE_VERSION,
        (long long)r->settings->ping, ID_TEXT(c->user));
    client_reply(c, c->connect_id, str_of(members));
    client_ready(c);
    command_resume(c);
}

void connects_refuse_waiting(struct relay *r)
{
    struct client *c;
    struct client *next;
    HASH_ITER(hh, r->clients, c, next)
    {
        if (c->state == CLIENT_CONNECTING && c->of != NULL) {
            user_leave(c);
            refuse(c, ERROR_INTERNAL);
        }
    }
}

static bool is_header_safe(struct str token)
{
    for (size_t i = 0; i < token.len; i++) {
        if ((unsigned char)token.ptr[i] <= 0x20 || token.ptr[i] == 0x7f) {
            return false;
        }
    }
    return token.len > 0 && token.len <= CREDENTIAL_MAX;
}

void connect_command(struct client *c, int64_t id, const struct json *request)
{
    struct relay *r = c->relay;
    const struct json *given = json_member(request, "token");
    struct str token = json_str(given);
    bool by_token = given != NULL && token.len > 0;
    c->connect_id = id;
    if (!by_token && c->cookie.ptr == NULL) {
        client_reply_error(c, id, ERROR_UNAUTHORIZED);
        return;
    }
    if (!by_token) {
        token = c->cookie;
    }
    if (!is_header_safe(token)) {
        client_close(c, CLOSE_INVALID_TOKEN, "invalid token");
        return;
    }
    client_enter_state(c, CLIENT_CONNECTING);
    c->asked_ms = clock_mono_ms();
    struct buf words = BUF_INIT(4096);
    ask_begin(&words, "session");
    wire_word(&words, by_token ? STR("bearer") : STR("cookie"));
    wire_body(&words, token);
    asks_send(r->asks, buf_view(&words), answered, r, c->id, 0);
    buf_finish(&words);
}
