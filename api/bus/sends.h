/* The one question that writes: a message sent over the socket. It becomes a job of the
 * writer; its answer is due when the job is done, and nobody waits meanwhile. */
#ifndef MOOTHALL_API_BUS_SENDS_H
#define MOOTHALL_API_BUS_SENDS_H

#include "api/app.h"
#include "api/store/posting.h"
#include "lib/arena.h"
#include "lib/wire.h"

struct inbox;

struct send {
    struct job job;
    struct inbox *inbox; /* borrowed; outlives all sends */
    struct arena *arena; /* owned; what post points into */
    char relay[WIRE_WORD_SIZE];
    int64_t number;
    int64_t deadline_ms; /* monotonic: later nobody waits for it */
    struct caller who;
    struct post post;
    struct posted posted;
    enum err result;
};

/* Reads SESSION USER GROUP and the data: the session must stand, the data be as a POST
 * has it, and the user's rate must allow it. */
must_check enum err send_read(struct send *s, struct app *app, struct db *db,
                              struct wire_reader *words, int64_t now_ms);
/* The job: arg is the send. */
enum err send_run(struct tx *tx, void *arg);

struct send *send_create(struct inbox *inbox);
void send_destroy(struct send *s);

#endif
