#include "relay/control.h"

#include <stdlib.h>
#include <utlist.h>

#include "lib/clock.h"
#include "lib/id.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "relay/client.h"
#include "relay/user.h"

struct ended {
    int64_t session, user; /* one of them is 0 */
    int64_t at_ms;
    struct ended *prev, *next; /* oldest first */
};

static void remember(struct relay *r, int64_t session, int64_t user)
{
    struct ended *e = mem_alloc(sizeof(*e));
    *e = (struct ended){.session = session, .user = user, .at_ms = clock_mono_ms()};
    DL_APPEND(r->ended, e);
}

static void close_matching(struct relay *r, int64_t session, int64_t user)
{
    struct client *c;
    struct client *next;
    HASH_ITER(hh, r->clients, c, next)
    {
        if ((session != 0 && c->session == session) || (user != 0 && c->user == user)) {
            client_close(c, CLOSE_ENDED, "session ended");
        }
    }
}

void control_end_session(struct relay *r, int64_t session)
{
    remember(r, session, 0);
    close_matching(r, session, 0);
}

void control_message(struct relay *r, struct str message)
{
    struct wire_reader w = wire_read(message);
    (void)wire_next(&w); /* the epoch: an end is an end in any */
    struct wire_item item;
    while (wire_item(&w, &item)) {
        int64_t id = 0;
        if (item.value.ptr == NULL || !id_parse(item.value, &id)) {
            continue;
        }
        if (str_eq(item.name, STR("session"))) {
            control_end_session(r, id);
        } else if (str_eq(item.name, STR("user"))) {
            remember(r, 0, id);
            close_matching(r, 0, id);
        }
    }
    if (!w.ok) {
        log_warn("control.refused", "bytes=%zu", message.len);
    }
}

bool control_has_ended(const struct relay *r, int64_t session, int64_t user,
                       int64_t since_ms)
{
    const struct ended *e;
    DL_FOREACH(r->ended, e)
    {
        if (e->at_ms >= since_ms && (e->session == session || e->user == user)) {
            return true;
        }
    }
    return false;
}

void control_tick(struct relay *r)
{
    int64_t now = clock_mono_ms();
    struct ended *e;
    struct ended *next;
    DL_FOREACH_SAFE(r->ended, e, next)
    {
        if (!r->stopping && now - e->at_ms <= WIRE_CONTROL_KEEP_MS) {
            return;
        }
        DL_DELETE(r->ended, e);
        free(e);
    }
}
