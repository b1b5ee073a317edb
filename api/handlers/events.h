/* GET /groups/{group}/events: the log, as the socket pushes it. */
#ifndef MOOTHALL_API_HANDLERS_EVENTS_H
#define MOOTHALL_API_HANDLERS_EVENTS_H

#include "api/http.h"

enum err events_get_list(struct request *rq, struct response *rs);

#endif
