/* Invites: those of a group, and what a code opens. */
#ifndef MOOTHALL_API_HANDLERS_INVITES_H
#define MOOTHALL_API_HANDLERS_INVITES_H

#include "api/http.h"
#include "api/store/groups.h"
#include "api/store/invites.h"

/* /groups/{group}/invites */
enum err invites_post(struct request *rq, struct response *rs);
enum err invites_get_list(struct request *rq, struct response *rs);
enum err invites_delete_one(struct request *rq, struct response *rs);
enum err invites_get_uses(struct request *rq, struct response *rs);
/* /invites/{code} */
enum err invites_get_preview(struct request *rq, struct response *rs);
enum err invites_post_accept(struct request *rq, struct response *rs);

/* What rq->code opens, in one state: E_NOT_FOUND. */
must_check enum err invites_read_preview(struct request *rq, struct invite *i,
                                         struct group *g);

#endif
