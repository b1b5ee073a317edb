/* The control socket: how moothall-ctl speaks to the running api, so that there is one
 * writer. One line in, one line out: "admin-link", "reset-link USERNAME", "status". An
 * answer is "ok TEXT" or "error TEXT". Whoever may open the socket (mode 0600) may ask. */
#ifndef MOOTHALL_API_CONTROL_H
#define MOOTHALL_API_CONTROL_H

#include "api/app.h"

struct control;

must_check enum err control_start(struct control **out, struct app *app);
void control_stop(struct control *c);

#endif
