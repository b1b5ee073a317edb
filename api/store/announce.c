/* What a job will have announced: wire messages, kept until the transaction is on disk. */
#include <stdlib.h>

#include "api/store/writer.h"
#include "lib/id.h"
#include "lib/mem.h"
#include "lib/wire.h"

void announcement_free(struct announcement *a)
{
    if (a != NULL) {
        free(a->message);
        free(a);
    }
}

void tx_announce(struct tx *tx, enum announce_kind kind, int64_t id, int64_t seq,
                 struct str message)
{
    struct announcement *a = mem_alloc(sizeof(*a));
    *a = (struct announcement){.kind = kind,
                               .id = id,
                               .seq = seq,
                               .len = message.len,
                               .message = mem_dup(message)};
    if (tx->last != NULL) {
        tx->last->next = a;
    } else {
        tx->first = a;
    }
    tx->last = a;
}

void tx_notify_user(struct tx *tx, int64_t user, struct str data)
{
    struct buf frame = BUF_INIT(WIRE_MAX_BYTES);
    buf_printf(&frame,
               "{\"push\":{\"channel\":\"user:%s\",\"pub\":{\"data\":", ID_TEXT(user));
    buf_str(&frame, data);
    buf_str(&frame, STR("}}}"));
    struct buf message = BUF_INIT(WIRE_MAX_BYTES);
    struct envelope e = {.epoch = str_of(db_epoch(tx->db)), .frame = buf_view(&frame)};
    envelope_write(&message, &e);
    if (buf_ok(&frame) && buf_ok(&message)) {
        tx_announce(tx, ANNOUNCE_USER, user, 0, buf_view(&message));
    }
    buf_finish(&message);
    buf_finish(&frame);
}

static void end_sockets(struct tx *tx, const char *option, int64_t id)
{
    struct buf message = BUF_INIT(256);
    wire_begin(&message);
    wire_word(&message, str_of(db_epoch(tx->db)));
    wire_option_id(&message, option, id);
    wire_body(&message, STR(""));
    tx_announce(tx, ANNOUNCE_CONTROL, 0, 0, buf_view(&message));
    buf_finish(&message);
}

void tx_end_session(struct tx *tx, int64_t session)
{
    end_sockets(tx, "session", session);
}

void tx_end_user(struct tx *tx, int64_t user)
{
    end_sockets(tx, "user", user);
}
