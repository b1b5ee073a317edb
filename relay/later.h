/* A step that a test build may put off, so that races can be met by choice. Without a
 * point of that name it happens at once. The step finds its objects again by their ids. */
#ifndef MOOTHALL_RELAY_LATER_H
#define MOOTHALL_RELAY_LATER_H

#include "relay/relay.h"

typedef void later_fn(struct relay *r, uint64_t client, int64_t group);
void later(struct relay *r, const char *point, later_fn *fn, uint64_t client,
           int64_t group);

#endif
