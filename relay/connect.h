/* The connect command: from a credential to a session. */
#ifndef MOOTHALL_RELAY_CONNECT_H
#define MOOTHALL_RELAY_CONNECT_H

#include "lib/json.h"
#include "relay/client.h"

void connect_command(struct client *c, int64_t id, const struct json *request);
/* The session is known and its user's channel is heard: answers, and lets what was held
 * behind connect go on. */
void connect_finish(struct client *c);
/* The bus is gone: those who wait for their user's channel are refused, for now. */
void connects_refuse_waiting(struct relay *r);

#endif
