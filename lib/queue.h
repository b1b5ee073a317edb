/* The one thing that threads hand each other: a bounded first-in-first-out queue of
 * pointers. What is pushed belongs to whoever pops it. */
#ifndef MOOTHALL_LIB_QUEUE_H
#define MOOTHALL_LIB_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/str.h"

struct queue;

struct queue *queue_create(size_t bound);
void queue_destroy(struct queue *q); /* must be empty or its items owned elsewhere */
/* False when full or closed: the item stays the caller's. */
must_check bool queue_push(struct queue *q, void *item);
/* Waits for an item; NULL once the queue is closed and empty, or after timeout_ms
 * (-1: no time-out). */
void *queue_pop(struct queue *q, int64_t timeout_ms);
/* Takes all that is there, up to max, after waiting for the first. 0: closed and empty. */
size_t queue_pop_all(struct queue *q, void **items, size_t max);
void queue_close(struct queue *q); /* no more pushes; wakes all waiters */
size_t queue_len(struct queue *q);

#endif
