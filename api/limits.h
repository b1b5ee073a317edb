/* Rate limits: token buckets by class and key, in tables of fixed size. When a table is
 * full, the bucket that matters least (the fullest, then the oldest) of the key's set
 * makes room. Any thread. */
#ifndef MOOTHALL_API_LIMITS_H
#define MOOTHALL_API_LIMITS_H

#include "lib/settings.h"

enum limit {
    LIMIT_NONE,
    LIMIT_REQUESTS, /* user or address */
    LIMIT_MESSAGES, /* user */
    LIMIT_SIGNUPS,  /* address */
    LIMIT_SIGNIN_ACCOUNT, /* account and address together: the owner comes in from elsewhere */
    LIMIT_SIGNIN_ADDRESS, /* address */
    LIMIT_INVITES,        /* address */
    LIMIT_GROUPS,         /* user */
    LIMIT_COUNT
};

struct limits;

struct limits *limits_create(const struct settings *s);
void limits_destroy(struct limits *l);

uint64_t limits_key_user(int64_t user);
uint64_t limits_key_address(struct str address); /* an IPv6 address counts by its /64 */
uint64_t limits_key_account(struct str username, struct str address);

/* Takes one. False when there is none left; *retry_s then says after how many seconds
 * there will be one (at least 1). now_ms: monotonic. */
must_check bool limits_take(struct limits *l, enum limit limit, uint64_t key,
                            int64_t now_ms, int64_t *retry_s);
/* Whether one is left, without taking it: for what only counts when it fails. */
must_check bool limits_allow(struct limits *l, enum limit limit, uint64_t key,
                             int64_t now_ms, int64_t *retry_s);

#endif
