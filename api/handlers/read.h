/* PUT /groups/{group}/read: how far I have read. */
#ifndef MOOTHALL_API_HANDLERS_READ_H
#define MOOTHALL_API_HANDLERS_READ_H

#include "api/http.h"

enum err read_put(struct request *rq, struct response *rs);

#endif
