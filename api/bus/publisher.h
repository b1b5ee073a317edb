/* The publisher: one thread that PUBLISHes what was committed, in the order of the
 * commits, and beats once a second. It never holds up the writer: what waits is bounded,
 * and when the bound is met, or Redis is away, it is thrown away, and the next beat that
 * Redis takes says "all", so that every relay asks for what it lacks. */
#ifndef MOOTHALL_API_BUS_PUBLISHER_H
#define MOOTHALL_API_BUS_PUBLISHER_H

#include <stdbool.h>

#include "api/store/writer.h"
#include "lib/settings.h"

struct publisher;

struct publisher *publisher_create(const struct settings *s, const char *boot);
/* After the writer has made the database: reads the epoch, starts the thread. */
must_check enum err publisher_start(struct publisher *p);
/* Sends what waits, for at most a second, and ends. NULL, or never started, is fine. */
void publisher_destroy(struct publisher *p);

/* The writer's committed hook; arg is the publisher. Any thread, never blocks. */
void publisher_committed(void *arg, struct announcement *list);
/* Whether Redis takes and gives back what is published. Any thread. */
bool publisher_redis_ok(const struct publisher *p);

#endif
