/* GET /i/{code}: the invite's own address, for those who open it without a browser. nginx
 * gives browsers the landing page there. */
#ifndef MOOTHALL_API_HANDLERS_INVITE_WORDS_H
#define MOOTHALL_API_HANDLERS_INVITE_WORDS_H

#include "api/http.h"

enum err invite_words_get(struct request *rq, struct response *rs);

#endif
