/* Posting a message: who may, what counts as the same message again, whom it mentions. */
#ifndef MOOTHALL_API_STORE_POSTING_H
#define MOOTHALL_API_STORE_POSTING_H

#include "api/store/caller.h"
#include "api/store/messages.h"
#include "api/store/writer.h"

struct post {
    int64_t group;
    struct str body;      /* as it will be stored; its form was checked at the edge */
    struct str client_id; /* ptr NULL: none */
    int64_t reply_to;     /* 0: none */
};

struct posted {
    struct message message;
    bool is_new;         /* false: the author's first message with this client_id */
    const char *refused; /* for E_BAD_REQUEST: the member that names nothing there */
    int64_t retry_after; /* seconds, for E_SLOW_MODE */
};

/* Inside a job. Moves the author's read_seq and tells who is mentioned. */
must_check enum err posting_post(struct tx *tx, const struct caller *who,
                                 const struct post *p, struct posted *out);

#endif
