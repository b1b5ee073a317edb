/* From "allowed at head H" to the reply: what was missed, or that it cannot be told. */
#ifndef MOOTHALL_RELAY_RECOVER_H
#define MOOTHALL_RELAY_RECOVER_H

#include "relay/subscribe.h"

/* s->allowed_at is the head that the api named with its permission; s is FETCHING. */
void recover_begin(struct subscription *s);

#endif
