/* The answer's bytes: status, headers, body. */
#ifndef MOOTHALL_API_RESPOND_H
#define MOOTHALL_API_RESPOND_H

#include "api/http.h"

/* methods: a set of 1 << enum method for Allow, 0: no Allow. Returns the status. */
int respond(struct buf *out, const struct request *rq, const struct response *rs,
            enum err e, unsigned methods, bool options);

#endif
