/* Limits by the client's address: open sockets, handshakes a second. nginx names the
 * address; without one (a client at the relay's own socket) there is no limit. */
#ifndef MOOTHALL_RELAY_ADDRESS_H
#define MOOTHALL_RELAY_ADDRESS_H

#include "relay/relay.h"

/* Takes one of the handshakes. */
must_check bool address_admits(struct relay *r, struct str address);
void address_opened(struct relay *r, struct str address);
void address_closed(struct relay *r, struct str address);
/* Each minute: forgets those without sockets whose bucket is full again. */
void addresses_tick(struct relay *r);

#endif
