#include "api/handlers/read.h"

#include "api/handlers/transact.h"
#include "api/store/reading.h"

struct read_job {
    const struct caller *who;
    int64_t group;
    int64_t seq;
    struct reading reading;
};

static enum err run_read(struct tx *tx, void *arg)
{
    struct read_job *job = arg;
    return reading_move(tx, job->who, job->group, job->seq, &job->reading);
}

enum err read_put(struct request *rq, struct response *rs)
{
    struct fields f;
    fields_begin(&f, rq);
    int64_t seq = field_int(&f, "seq", FIELD_REQUIRED, 0, JSON_MAX_INT, 0);
    enum err e = fields_end(&f);
    if (e != E_OK) {
        return e;
    }
    struct read_job job = {.who = &rq->caller, .group = rq->group, .seq = seq};
    e = transact_write(rq, run_read, &job);
    if (e == E_OK) {
        json_object_begin(&rs->json);
        reading_write(&rs->json, &job.reading);
        json_object_end(&rs->json);
    }
    return e;
}
