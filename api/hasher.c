#include "api/hasher.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "lib/log.h"
#include "lib/mem.h"
#include "lib/queue.h"

struct task {
    struct str password;
    const char *stored; /* verify against it … */
    char *out;          /* … or, if not NULL, hash into it */
    bool right;
    enum err result;
    sem_t done;
};

struct hasher {
    struct queue *tasks;
    size_t count;
    pthread_t threads[];
};

static void *hasher_main(void *arg)
{
    struct hasher *h = arg;
    struct task *t;
    while ((t = queue_pop(h->tasks, -1)) != NULL) {
        if (t->out != NULL) {
            t->result = crypto_password_hash(t->password, t->out);
        } else {
            t->right = crypto_password_verify(t->password, t->stored);
            t->result = E_OK;
        }
        sem_post(&t->done);
    }
    return NULL;
}

struct hasher *hasher_start(size_t threads, size_t waiters)
{
    struct hasher *h = mem_alloc(sizeof(*h) + threads * sizeof(h->threads[0]));
    h->tasks = queue_create(waiters);
    h->count = threads;
    for (size_t i = 0; i < threads; i++) {
        if (pthread_create(&h->threads[i], NULL, hasher_main, h) != 0) {
            log_error("hasher.failed", "what=thread");
            abort();
        }
    }
    return h;
}

void hasher_stop(struct hasher *h)
{
    if (h != NULL) {
        queue_close(h->tasks);
        for (size_t i = 0; i < h->count; i++) {
            pthread_join(h->threads[i], NULL);
        }
        queue_destroy(h->tasks);
        free(h);
    }
}

static enum err run(struct hasher *h, struct task *t)
{
    sem_init(&t->done, 0, 0);
    t->result = E_UNAVAILABLE;
    if (queue_push(h->tasks, t)) {
        while (sem_wait(&t->done) != 0) {
        }
    }
    sem_destroy(&t->done);
    return t->result;
}

enum err hasher_hash(struct hasher *h, struct str password,
                     char out[CRYPTO_PASSWORD_SIZE])
{
    struct task t = {.password = password, .out = out};
    return run(h, &t);
}

enum err hasher_verify(struct hasher *h, struct str password, const char *stored,
                       bool *right)
{
    struct task t = {.password = password, .stored = stored};
    enum err e = run(h, &t);
    *right = e == E_OK && t.right;
    return e;
}
