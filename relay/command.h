/* Commands: a text message is one or more lines, each one JSON object with an id and one
 * request (Centrifugo's client protocol, version 2). */
#ifndef MOOTHALL_RELAY_COMMAND_H
#define MOOTHALL_RELAY_COMMAND_H

#include "relay/client.h"

enum { COMMAND_MAX = 64 * 1024 };

void command_received(void *client, struct str text); /* ws_events.received */
void command_resume(struct client *c); /* READY: what was held behind connect */

#endif
