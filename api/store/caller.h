/* Who asks: what a credential turned out to be. */
#ifndef MOOTHALL_API_STORE_CALLER_H
#define MOOTHALL_API_STORE_CALLER_H

#include "lib/str.h"

enum user_kind { USER_MEMBER, USER_GUEST, USER_BOT };

struct caller {
    int64_t user;        /* 0: nobody (not signed in) */
    int64_t session;     /* the session's or API token's id */
    int64_t token_group; /* a token for one group only; 0: any */
    int64_t expires_at;  /* wall ms */
    enum user_kind kind;
    bool admin;              /* of the server */
    bool touch;              /* its used_at is old: sessions_touch is due */
    struct str display_name; /* in the arena it was loaded with */
};

#endif
