/* POST /users: signing up. */
#ifndef MOOTHALL_API_HANDLERS_USERS_H
#define MOOTHALL_API_HANDLERS_USERS_H

#include "api/http.h"

enum err users_post(struct request *rq, struct response *rs);

#endif
