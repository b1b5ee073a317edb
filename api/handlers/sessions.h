/* /sessions: signing in and out, and where one is signed in. */
#ifndef MOOTHALL_API_HANDLERS_SESSIONS_H
#define MOOTHALL_API_HANDLERS_SESSIONS_H

#include "api/http.h"

enum err sessions_post(struct request *rq, struct response *rs);
enum err sessions_get_list(struct request *rq, struct response *rs);
enum err sessions_delete_current(struct request *rq, struct response *rs);
enum err sessions_delete_one(struct request *rq, struct response *rs);

/* Is this the account's password? Wrong ones count against the account and the address:
 * E_TOO_MANY_REQUESTS once there were too many. stored ptr NULL (no such account, or one
 * without a password) takes as long, and is wrong. */
must_check enum err sessions_check_password(struct request *rq, struct str account,
                                            struct str password, struct str stored,
                                            bool *right);

#endif
