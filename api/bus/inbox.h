/* The inbox: one thread that answers what relays ask. What can be read is answered at
 * once; a send is handed to the writer and answered when it is done. It never waits. */
#ifndef MOOTHALL_API_BUS_INBOX_H
#define MOOTHALL_API_BUS_INBOX_H

#include "api/app.h"

enum { INBOX_SENDS_MAX = 1000 }; /* with the writer; more are answered "unavailable" */

struct inbox;

/* Listens to ask:<boot>, and tries to for as long as Redis is away. */
must_check enum err inbox_start(struct inbox **out, struct app *app, const char *boot);
/* Takes no more asks, answers the sends that are with the writer, ends the thread. Before
 * the writer stops. NULL is fine. */
void inbox_stop(struct inbox *in);
/* After the writer has stopped: it may stand in the call that told of the last send. */
void inbox_destroy(struct inbox *in);

#endif
