/* Healing: one procedure for every way in which something may have been missed.
 *
 *   holding ─ sessions and memberships are asked after ─ deliveries go on ─ heads are
 *   asked for ─ each channel fetches what it lacks ─ clients are told to look again
 *
 * While holding, no event is delivered: a session may have ended, unheard. */
#ifndef MOOTHALL_RELAY_HEAL_H
#define MOOTHALL_RELAY_HEAL_H

#include "relay/relay.h"

struct heal *heal_create(struct relay *r);
void heal_destroy(struct heal *h);

void heal_hold(struct relay *r);  /* from now on, until a heal has got so far */
void heal_start(struct relay *r); /* while one runs: another one after it */
bool heal_is_holding(const struct relay *r);

#endif
