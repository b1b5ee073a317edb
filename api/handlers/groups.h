/* /groups: making, the directory, mine, one group. */
#ifndef MOOTHALL_API_HANDLERS_GROUPS_H
#define MOOTHALL_API_HANDLERS_GROUPS_H

#include "api/http.h"

enum err groups_post(struct request *rq, struct response *rs);
enum err groups_get_directory(struct request *rq, struct response *rs);
enum err groups_get_mine(struct request *rq, struct response *rs); /* GET /me/groups */
enum err groups_get_one(struct request *rq, struct response *rs);
enum err groups_patch_one(struct request *rq, struct response *rs);
enum err groups_delete_one(struct request *rq, struct response *rs);

#endif
