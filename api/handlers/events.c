#include "api/handlers/events.h"

#include "api/handlers/transact.h"
#include "api/store/events.h"

enum { EPOCH_MAX = 64 };

/* The right to read, the head and the events, all of one moment. */
static enum err read_events(struct request *rq, int64_t after, int64_t limit,
                            struct event_row **rows, size_t *len)
{
    enum err e = transact_read(rq, ACCESS_READ);
    if (e != E_OK) {
        return e;
    }
    if (after > rq->access.head) {
        rq->detail = "There is no such event yet: the numbering has begun anew";
        e = E_RELOAD;
    } else {
        e = events_after(rq->db, rq->group, after, limit, rq->arena, rows, len);
    }
    db_end_read(rq->db);
    return e;
}

enum err events_get_list(struct request *rq, struct response *rs)
{
    struct event_row *rows;
    size_t len;
    int64_t after = query_int(rq, "after", 0, JSON_MAX_INT, 0);
    int64_t limit = query_int(rq, "limit", 1, 100, 50);
    struct str epoch = query_str(rq, "epoch", EPOCH_MAX);
    enum err e = query_end(rq);
    if (e != E_OK) {
        return e;
    }
    if (epoch.ptr != NULL && !str_eq(epoch, str_of(db_epoch(rq->db)))) {
        rq->detail = "The epoch is another one";
        return E_RELOAD;
    }
    e = read_events(rq, after, limit, &rows, &len);
    if (e != E_OK) {
        return e;
    }
    struct json_writer *w = &rs->json;
    json_object_begin(w);
    json_key(w, "items");
    json_array_begin(w);
    for (size_t i = 0; i < len; i++) {
        json_put_raw(w, rows[i].json);
    }
    json_array_end(w);
    json_member_int(w, "head", rq->access.head);
    json_member_str(w, "epoch", str_of(db_epoch(rq->db)));
    json_object_end(w);
    return E_OK;
}
