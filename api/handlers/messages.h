/* /groups/{group}/messages: posting, the history, one message. */
#ifndef MOOTHALL_API_HANDLERS_MESSAGES_H
#define MOOTHALL_API_HANDLERS_MESSAGES_H

#include "api/http.h"

enum err messages_post(struct request *rq, struct response *rs);
enum err messages_get_list(struct request *rq, struct response *rs);
enum err messages_get_one(struct request *rq, struct response *rs);

#endif
