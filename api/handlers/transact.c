#include "api/handlers/transact.h"

#include "api/store/sessions.h"

enum err transact_read(struct request *rq, enum access_level level)
{
    enum err e = db_begin_read(rq->db);
    if (e != E_OK) {
        return e;
    }
    e = access_require(rq->db, &rq->caller, rq->group, level, rq->now_ms, &rq->access);
    if (e != E_OK) {
        db_end_read(rq->db);
    }
    return e;
}

struct guarded {
    const struct caller *who;
    job_fn *run;
    void *arg;
};

static enum err run_guarded(struct tx *tx, void *arg)
{
    const struct guarded *g = arg;
    bool stands = true;
    enum err e = E_OK;
    if (g->who->user != 0) {
        e = sessions_stand(tx->db, g->who->session, g->who->user, tx->now_ms, &stands);
    }
    if (e == E_OK && !stands) {
        e = E_UNAUTHORIZED;
    }
    return e == E_OK ? g->run(tx, g->arg) : e;
}

enum err transact_write(struct request *rq, job_fn *run, void *arg)
{
    struct guarded g = {.who = &rq->caller, .run = run, .arg = arg};
    return writer_run(rq->app->writer, run_guarded, &g, rq->arena);
}
