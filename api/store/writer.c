#include "api/store/writer.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "lib/queue.h"

enum { BATCH_MAX = 512 };

struct writer {
    struct db *db;
    struct queue *jobs;
    struct writer_options options;
    pthread_t thread;
    atomic_bool healthy;
    atomic_bool probing;
    atomic_size_t waiters;
    struct job probe;
    struct arena *probe_arena;
};

/* One batch: the jobs, their results, and what was announced by those that succeeded. */
struct batch {
    struct job *jobs[BATCH_MAX];
    enum err results[BATCH_MAX];
    size_t count;
    struct announcement *first, *last;
};

static void free_list(struct announcement *a)
{
    while (a != NULL) {
        struct announcement *next = a->next;
        announcement_free(a);
        a = next;
    }
}

static void keep_announcements(struct batch *b, struct tx *tx)
{
    if (tx->first == NULL) {
        return;
    }
    if (b->last != NULL) {
        b->last->next = tx->first;
    } else {
        b->first = tx->first;
    }
    b->last = tx->last;
}

/* False when the transaction as a whole is lost. */
static bool run_job(struct writer *w, struct batch *b, size_t i, int64_t now_ms)
{
    struct job *job = b->jobs[i];
    struct tx tx = {.db = w->db, .arena = job->arena, .now_ms = now_ms};
    if (db_exec(w->db, "SAVEPOINT job") != E_OK) {
        return false;
    }
    enum err result = job->run(&tx, job->arg);
    /* SQLite rolls a whole transaction back by itself on some errors (full disk, I/O,
     * memory); what the jobs before this one did is then gone as well. */
    if (!db_in_transaction(w->db)) {
        free_list(tx.first);
        return false;
    }
    bool whole =
        db_exec(w->db, result == E_OK ? "RELEASE job"
                                      : "ROLLBACK TO job; RELEASE job") == E_OK;
    if (whole && result == E_OK) {
        keep_announcements(b, &tx);
    } else {
        free_list(tx.first);
    }
    b->results[i] = result;
    return whole && db_in_transaction(w->db);
}

static bool run_all(struct writer *w, struct batch *b)
{
    if (db_exec(w->db, "BEGIN IMMEDIATE") != E_OK) {
        return false;
    }
    int64_t now_ms = clock_wall_ms();
    for (size_t i = 0; i < b->count; i++) {
        if (!run_job(w, b, i, now_ms)) {
            return false;
        }
    }
    return db_exec(w->db, "COMMIT") == E_OK && !db_in_transaction(w->db);
}

static void set_healthy(struct writer *w, bool healthy)
{
    if (atomic_exchange(&w->healthy, healthy) != healthy) {
        log_event(healthy ? LOG_INFO : LOG_ERROR,
                  healthy ? "writer.recovered" : "writer.failed", "waiting=%zu",
                  queue_len(w->jobs));
    }
}

static void run_batch(struct writer *w, struct batch *b)
{
    b->first = NULL;
    b->last = NULL;
    bool committed = run_all(w, b);
    if (!committed) {
        if (db_in_transaction(w->db)) {
            enum err ignored = db_exec(w->db, "ROLLBACK");
            (void)ignored;
        }
        free_list(b->first);
        b->first = NULL;
        for (size_t i = 0; i < b->count; i++) {
            b->results[i] = E_UNAVAILABLE;
        }
    }
    set_healthy(w, committed);
    if (b->first != NULL) {
        w->options.committed(w->options.arg, b->first);
    }
    for (size_t i = 0; i < b->count; i++) {
        b->jobs[i]->done(b->jobs[i], b->results[i]);
    }
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    struct batch *b = mem_alloc(sizeof(*b));
    while ((b->count = queue_pop_all(w->jobs, (void **)b->jobs, BATCH_MAX)) > 0) {
        run_batch(w, b);
        db_checkpoint(w->db, false);
    }
    free(b);
    db_checkpoint(w->db, true);
    return NULL;
}

enum err writer_start(struct writer **out, const struct writer_options *o)
{
    struct writer *w = mem_alloc(sizeof(*w));
    w->options = *o;
    enum err e = db_open(&w->db, o->database, DB_WRITER);
    if (e != E_OK) {
        free(w);
        *out = NULL;
        return e;
    }
    w->jobs = queue_create(o->bound);
    w->probe_arena = arena_create();
    atomic_init(&w->healthy, true);
    atomic_init(&w->probing, false);
    atomic_init(&w->waiters, 0);
    if (pthread_create(&w->thread, NULL, writer_main, w) != 0) {
        log_error("writer.refused", "what=thread");
        abort();
    }
    *out = w;
    return E_OK;
}

void writer_stop(struct writer *w)
{
    if (w != NULL) {
        queue_close(w->jobs);
        pthread_join(w->thread, NULL);
        queue_destroy(w->jobs);
        db_close(w->db);
        arena_destroy(w->probe_arena);
        free(w);
    }
}

bool writer_submit(struct writer *w, struct job *job)
{
    return queue_push(w->jobs, job);
}

struct waiter {
    struct job job;
    sem_t done;
    enum err result;
};

static void wake(struct job *job, enum err result)
{
    struct waiter *waiter = (struct waiter *)job;
    waiter->result = result;
    sem_post(&waiter->done);
}

_Static_assert(offsetof(struct waiter, job) == 0, "a waiter is its job");

enum err writer_run(struct writer *w, job_fn *run, void *arg, struct arena *arena)
{
    struct waiter waiter = {
        .job = {.run = run, .arg = arg, .arena = arena, .done = wake}};
    size_t most = w->options.waiters != 0 ? w->options.waiters : w->options.bound;
    enum err result = E_UNAVAILABLE;
    sem_init(&waiter.done, 0, 0);
    if (atomic_fetch_add(&w->waiters, 1) < most && writer_submit(w, &waiter.job)) {
        while (sem_wait(&waiter.done) != 0) {
        }
        result = waiter.result;
    }
    atomic_fetch_sub(&w->waiters, 1);
    sem_destroy(&waiter.done);
    return result;
}

bool writer_is_healthy(struct writer *w)
{
    return atomic_load(&w->healthy);
}

static enum err write_probe(struct tx *tx, void *arg)
{
    (void)arg;
    struct stmt *s = db_stmt(tx->db, QUERY_meta_put);
    bind_str(s, ":name", STR("probe"));
    bind_str(s, ":value", arena_printf(tx->arena, "%lld", (long long)tx->now_ms));
    return stmt_run(s);
}

static void probed(struct job *job, enum err result)
{
    struct writer *w = job->arg;
    (void)result;
    atomic_store(&w->probing, false);
}

void writer_probe(struct writer *w)
{
    if (!atomic_exchange(&w->probing, true)) {
        arena_reset(w->probe_arena);
        w->probe = (struct job){
            .run = write_probe, .arg = w, .arena = w->probe_arena, .done = probed};
        if (!writer_submit(w, &w->probe)) {
            atomic_store(&w->probing, false);
        }
    }
}
