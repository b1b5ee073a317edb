/* The threads that answer requests. */
#ifndef MOOTHALL_API_WORKER_H
#define MOOTHALL_API_WORKER_H

#include "api/accept.h"
#include "api/app.h"

struct workers;

struct workers *workers_start(struct app *app, struct acceptor *a, size_t count);
/* After acceptor_stop: waits until each has finished the request it is at. */
void workers_join(struct workers *w);

#endif
