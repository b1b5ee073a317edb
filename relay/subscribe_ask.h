/* May this user listen to these channels: one ask for all subscribes of a frame. */
#ifndef MOOTHALL_RELAY_SUBSCRIBE_ASK_H
#define MOOTHALL_RELAY_SUBSCRIBE_ASK_H

#include "relay/subscribe.h"

/* Asks for all CONFIRMED subscriptions of the client when this round of the loop ends. */
void subscribe_ask_soon(struct client *c);

#endif
