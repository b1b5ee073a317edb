/* /groups/{group}/members: joining, leaving, the list, roles, removing. */
#ifndef MOOTHALL_API_HANDLERS_MEMBERS_H
#define MOOTHALL_API_HANDLERS_MEMBERS_H

#include "api/http.h"

enum err members_put_me(struct request *rq, struct response *rs);
enum err members_patch_me(struct request *rq, struct response *rs);
enum err members_delete_me(struct request *rq, struct response *rs);
enum err members_get_list(struct request *rq, struct response *rs);
enum err members_patch_one(struct request *rq, struct response *rs);
enum err members_delete_one(struct request *rq, struct response *rs);

#endif
