#include "lib/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "lib/mem.h"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    void **items; /* a ring of bound slots */
    size_t bound, first, len;
    bool closed;
};

struct queue *queue_create(size_t bound)
{
    assert(bound > 0);
    struct queue *q = mem_alloc(sizeof(*q));
    q->items = mem_array(bound, sizeof(*q->items));
    q->bound = bound;
    pthread_mutex_init(&q->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&q->filled, &attr);
    pthread_condattr_destroy(&attr);
    return q;
}

void queue_destroy(struct queue *q)
{
    if (q != NULL) {
        pthread_cond_destroy(&q->filled);
        pthread_mutex_destroy(&q->lock);
        free(q->items);
        free(q);
    }
}

bool queue_push(struct queue *q, void *item)
{
    pthread_mutex_lock(&q->lock);
    bool fits = !q->closed && q->len < q->bound;
    if (fits) {
        q->items[(q->first + q->len) % q->bound] = item;
        q->len++;
        pthread_cond_signal(&q->filled);
    }
    pthread_mutex_unlock(&q->lock);
    return fits;
}

static void *take(struct queue *q)
{
    void *item = q->items[q->first];
    q->first = (q->first + 1) % q->bound;
    q->len--;
    return item;
}

void *queue_pop(struct queue *q, int64_t timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&q->lock);
    int rc = 0;
    while (q->len == 0 && !q->closed && rc == 0) {
        rc = timeout_ms < 0 ? pthread_cond_wait(&q->filled, &q->lock)
                            : pthread_cond_timedwait(&q->filled, &q->lock, &until);
    }
    void *item = q->len > 0 ? take(q) : NULL;
    pthread_mutex_unlock(&q->lock);
    return item;
}

size_t queue_pop_all(struct queue *q, void **items, size_t max)
{
    pthread_mutex_lock(&q->lock);
    while (q->len == 0 && !q->closed) {
        pthread_cond_wait(&q->filled, &q->lock);
    }
    size_t n = 0;
    while (n < max && q->len > 0) {
        items[n++] = take(q);
    }
    pthread_mutex_unlock(&q->lock);
    return n;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->filled);
    pthread_mutex_unlock(&q->lock);
}

size_t queue_len(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t len = q->len;
    pthread_mutex_unlock(&q->lock);
    return len;
}
