#include "api/bus/sends.h"

#include <stdlib.h>

#include "api/handlers/message_fields.h"
#include "api/limits.h"
#include "api/store/sessions.h"
#include "lib/clock.h"
#include "lib/mem.h"

enum err send_read(struct send *s, struct app *app, struct db *db,
                   struct wire_reader *words, int64_t now_ms)
{
    int64_t session = wire_next_id(words);
    int64_t user = wire_next_id(words);
    int64_t group = wire_next_id(words);
    int64_t retry_s = 0;
    if (!words->ok) {
        return E_BAD_REQUEST;
    }
    enum err e = sessions_load(db, session, user, now_ms, s->arena, &s->who);
    if (e != E_OK || s->who.user == 0) {
        return e != E_OK ? e : E_UNAUTHORIZED;
    }
    /* What a POST takes, too, from the same bucket. */
    if (!limits_take(app->limits, LIMIT_MESSAGES, limits_key_user(user),
                     clock_mono_ms(), &retry_s)) {
        return E_TOO_MANY_REQUESTS;
    }
    struct request rq = {.app = app,
                         .arena = s->arena,
                         .content_type = STR("application/json"),
                         .body = words->body,
                         .group = group,
                         .now_ms = now_ms};
    e = message_fields_read(&rq, &s->post);
    /* Its client_id is how a sender knows its message again, and may ask twice. */
    return e == E_OK && s->post.client_id.ptr == NULL ? E_BAD_REQUEST : e;
}

enum err send_run(struct tx *tx, void *arg)
{
    struct send *s = arg;
    if (clock_mono_ms() > s->deadline_ms) {
        return E_UNAVAILABLE;
    }
    return posting_post(tx, &s->who, &s->post, &s->posted);
}

struct send *send_create(struct inbox *inbox)
{
    struct send *s = mem_alloc(sizeof(*s));
    s->inbox = inbox;
    s->arena = arena_create();
    return s;
}

void send_destroy(struct send *s)
{
    if (s != NULL) {
        arena_destroy(s->arena);
        free(s);
    }
}
