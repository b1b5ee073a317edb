/* /groups/{group}/bans: who may not come back. */
#ifndef MOOTHALL_API_HANDLERS_BANS_H
#define MOOTHALL_API_HANDLERS_BANS_H

#include "api/http.h"

enum err bans_get_list(struct request *rq, struct response *rs);
enum err bans_put_one(struct request *rq, struct response *rs);
enum err bans_delete_one(struct request *rq, struct response *rs);

#endif
