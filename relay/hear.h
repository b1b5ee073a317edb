/* What the bus says, and whether it can be heard at all. Deaf: Redis is away, or no api
 * has sent a beat for three seconds. Open sockets are told so ("degraded"), and after the
 * heal that follows, that all is well ("live", "resync"). */
#ifndef MOOTHALL_RELAY_HEAR_H
#define MOOTHALL_RELAY_HEAR_H

#include "relay/relay.h"

/* The bus's events, with the relay as arg. */
void hear_message(void *arg, struct str channel, struct str message);
void hear_subscribed(void *arg, struct str channel);
void hear_state(void *arg, bool up);

void hear_start(struct relay *r); /* subscribes to what every relay hears */
void hear_tick(struct relay *r);  /* each second */
void hear_healed(struct relay *r);

#endif
