/* The writer: one thread, the only writing connection. It takes all jobs that wait, runs
 * each in a SAVEPOINT of its own inside one transaction, COMMITs (durable: FULL), hands
 * what was announced to the publisher, and only then lets any job's result out. A failed
 * COMMIT, or a transaction that SQLite rolled back, fails every job of the batch, refused
 * ones too, with E_UNAVAILABLE: outcome unknown, send again with the same client_id. */
#ifndef MOOTHALL_API_STORE_WRITER_H
#define MOOTHALL_API_STORE_WRITER_H

#include "api/store/db.h"

/* What a job may do its work with; valid only during the job. */
struct tx {
    struct db *db;
    struct arena *arena;               /* the job's: the waiting request's own */
    int64_t now_ms;                    /* wall clock, once a batch */
    struct announcement *first, *last; /* what this job will have announced */
};

/* Returns E_OK to keep what it did, anything else to undo it. Checks permissions again,
 * by access_require over tx->db. Blocks on nothing, touches nothing but arg and tx. */
typedef enum err job_fn(struct tx *tx, void *arg);

struct job {
    job_fn *run;
    void *arg;
    struct arena *arena;
    void (*done)(struct job *job,
                 enum err result); /* on the writer's thread, after COMMIT */
};

/* What is to be PUBLISHed once the transaction is on disk. Owned by whoever holds the
 * list; freed with announcement_free. */
enum announce_kind { ANNOUNCE_GROUP, ANNOUNCE_USER, ANNOUNCE_CONTROL };

struct announcement {
    struct announcement *next;
    enum announce_kind kind;
    int64_t id;  /* group or user; 0 for control */
    int64_t seq; /* of the group's event; 0: ephemeral */
    size_t len;
    char *message; /* owned; the finished wire message */
};

void announcement_free(struct announcement *a);

/* Inside a job. message is copied. */
void tx_announce(struct tx *tx, enum announce_kind kind, int64_t id, int64_t seq,
                 struct str message);
/* A personal notice: data is a finished JSON object {"type":…}. */
void tx_notify_user(struct tx *tx, int64_t user, struct str data);
/* The sockets of a session, or all of a user, end. */
void tx_end_session(struct tx *tx, int64_t session);
void tx_end_user(struct tx *tx, int64_t user);

struct writer;

struct writer_options {
    const char *database;
    size_t bound;   /* jobs waiting; more are refused with E_UNAVAILABLE at once */
    size_t waiters; /* callers of writer_run at once, likewise; 0: as many as bound */
    /* Takes the announcements of a committed batch, in order; must not block. */
    void (*committed)(void *arg, struct announcement *list);
    void *arg;
};

must_check enum err writer_start(struct writer **out, const struct writer_options *o);
void writer_stop(struct writer *w); /* finishes what waits, checkpoints, frees */

/* Hands the job over; done is called exactly once unless this returns false (full or
 * stopping), and then the job is still the caller's. */
must_check bool writer_submit(struct writer *w, struct job *job);
/* Submits and waits. E_UNAVAILABLE when full, or the outcome is unknown. */
must_check enum err writer_run(struct writer *w, job_fn *run, void *arg,
                               struct arena *arena);
/* False from a failed COMMIT until the next good one: health answers 503. */
bool writer_is_healthy(struct writer *w);
/* A write of nothing, so that health notices a disk that is well again. */
void writer_probe(struct writer *w);

#endif
