/* Mentions: @username of a member, and @all by an admin of the group. */
#ifndef MOOTHALL_API_STORE_MENTIONS_H
#define MOOTHALL_API_STORE_MENTIONS_H

#include "api/store/access.h"
#include "api/store/writer.h"

enum {
    MENTIONS_MAX = 50,           /* names looked up in one body; later ones are text */
    MENTION_NAME_MAX = 32,       /* of a username */
    MENTIONS_NOTICES_MAX = 1000, /* of @all: the rest see it in the group */
};

/* The next name after an '@' that begins a word, in lower case; false at the end. */
bool mentions_next(struct str *rest, char name[MENTION_NAME_MAX + 1]);

/* Inside a job: remembers whom the message mentions, and tells them. */
must_check enum err mentions_add(struct tx *tx, const struct access *author_access,
                                 int64_t author, int64_t seq, struct str body);

#endif
