/* publish and history. */
#ifndef MOOTHALL_RELAY_PUBLISH_H
#define MOOTHALL_RELAY_PUBLISH_H

#include "lib/json.h"
#include "relay/client.h"

void publish_command(struct client *c, int64_t id, const struct json *request);
void history_command(struct client *c, int64_t id, const struct json *request);

#endif
