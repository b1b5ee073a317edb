/* Sessions and users that end (the control channel). What was heard is kept for 15 s and
 * held against answers that were asked for earlier. */
#ifndef MOOTHALL_RELAY_CONTROL_H
#define MOOTHALL_RELAY_CONTROL_H

#include "relay/relay.h"

void control_message(struct relay *r, struct str message);
/* Whether this session, or all of this user's, ended after since_ms (monotonic). */
bool control_has_ended(const struct relay *r, int64_t session, int64_t user,
                       int64_t since_ms);
/* The session is over: its sockets end. */
void control_end_session(struct relay *r, int64_t session);
void control_tick(struct relay *r); /* each second: forgets what is old */

#endif
