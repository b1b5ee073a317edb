#include "api/handlers/messages.h"

#include "api/app.h"
#include "api/handlers/message_fields.h"
#include "api/handlers/transact.h"
#include "api/store/messages.h"
#include "api/store/posting.h"
#include "lib/id.h"

/* ---- Posting ---- */

struct post_job {
    const struct caller *who;
    struct post post;
    struct posted posted;
};

static enum err run_post(struct tx *tx, void *arg)
{
    struct post_job *job = arg;
    return posting_post(tx, job->who, &job->post, &job->posted);
}

enum err messages_post(struct request *rq, struct response *rs)
{
    struct post_job job = {.who = &rq->caller};
    enum err e = message_fields_is_plain(rq) ? message_fields_read_plain(rq, &job.post)
                                             : message_fields_read(rq, &job.post);
    if (e != E_OK) {
        return e;
    }
    e = writer_run(rq->app->writer, run_post, &job, rq->arena);
    if (e == E_BAD_REQUEST && job.posted.refused != NULL) {
        return request_refuse(rq, job.posted.refused, "names no message here");
    }
    if (e != E_OK) {
        rq->retry_after = job.posted.retry_after;
        return e;
    }
    rs->status = job.posted.is_new ? 201 : 200;
    rs->location = arena_printf(rq->arena, "/api/v1/groups/%s/messages/%lld",
                                ID_TEXT(rq->group), (long long)job.posted.message.seq);
    message_write(&rs->json, &job.posted.message);
    return E_OK;
}

/* ---- Reading ---- */

/* At most one of before, after and around says where. */
static enum err read_where(struct request *rq, enum messages_where *where, int64_t *seq)
{
    static const struct {
        const char *name;
        enum messages_where where;
        int64_t min;
    } choices[] = {
        {"before", MESSAGES_BEFORE, 1},
        {"after", MESSAGES_AFTER, 0},
        {"around", MESSAGES_AROUND, 1},
    };

    *where = MESSAGES_LATEST;
    *seq = 0;
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        if (!query_has(rq, choices[i].name)) {
            continue;
        }
        if (*where != MESSAGES_LATEST) {
            return request_refuse(rq, choices[i].name,
                                  "only one of before, after and around");
        }
        *where = choices[i].where;
        *seq = query_int(rq, choices[i].name, choices[i].min, JSON_MAX_INT, 0);
    }
    return E_OK;
}

/* The right to read, the rows and the head, all of one moment. */
static enum err read_list(struct request *rq, enum messages_where where, int64_t seq,
                          int64_t limit, struct messages_list *list)
{
    enum err e = transact_read(rq, ACCESS_READ);
    if (e == E_OK) {
        e = messages_list(rq->db, rq->group, where, seq, limit, rq->arena, list);
        db_end_read(rq->db);
    }
    return e;
}

enum err messages_get_list(struct request *rq, struct response *rs)
{
    enum messages_where where;
    int64_t seq;
    struct messages_list list;
    int64_t limit = query_int(rq, "limit", 1, 100, 50);
    enum err e = read_where(rq, &where, &seq);
    enum err refused = query_end(rq);
    e = e != E_OK ? e : refused;
    if (e == E_OK) {
        e = read_list(rq, where, seq, limit, &list);
    }
    if (e != E_OK) {
        return e;
    }
    struct json_writer *w = &rs->json;
    json_object_begin(w);
    json_key(w, "items");
    json_array_begin(w);
    for (size_t i = 0; i < list.len; i++) {
        message_write(w, &list.items[i]);
    }
    json_array_end(w);
    json_member_bool(w, "has_before", list.has_before);
    json_member_bool(w, "has_after", list.has_after);
    json_member_int(w, "head", rq->access.head);
    json_member_str(w, "epoch", str_of(db_epoch(rq->db)));
    json_object_end(w);
    return E_OK;
}

enum err messages_get_one(struct request *rq, struct response *rs)
{
    struct message m;
    enum err e = messages_get(rq->db, rq->group, rq->seq, rq->arena, &m);
    if (e == E_OK) {
        message_write(&rs->json, &m);
    }
    return e;
}
