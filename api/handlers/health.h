/* GET /health: for anyone, and what ./dev and load balancers ask. */
#ifndef MOOTHALL_API_HANDLERS_HEALTH_H
#define MOOTHALL_API_HANDLERS_HEALTH_H

#include "api/http.h"

enum err health_get(struct request *rq, struct response *rs);

#endif
