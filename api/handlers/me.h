/* /me: my account. */
#ifndef MOOTHALL_API_HANDLERS_ME_H
#define MOOTHALL_API_HANDLERS_ME_H

#include "api/http.h"

enum err me_get(struct request *rq, struct response *rs);
enum err me_delete(struct request *rq, struct response *rs);
enum err me_patch(struct request *rq, struct response *rs);
enum err me_post_claim(struct request *rq, struct response *rs);

#endif
