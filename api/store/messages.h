/* Messages: the rows, the one way their JSON looks, and reading them. A message is known
 * by the seq of the event that made it. Writing them: posting.h. */
#ifndef MOOTHALL_API_STORE_MESSAGES_H
#define MOOTHALL_API_STORE_MESSAGES_H

#include "api/store/db.h"
#include "lib/json.h"

struct message {
    int64_t seq;
    int64_t group;
    int64_t author;
    struct str author_name;
    struct str author_kind;
    struct str body;      /* empty once deleted */
    struct str client_id; /* ptr NULL: none */
    int64_t reply_to;     /* 0: none */
    int64_t created_at;
    int64_t edited_at; /* 0: never */
    bool deleted;
};

/* `message`, as an object. */
void message_write(struct json_writer *w, const struct message *m);

/* The message in a statement whose row holds, from column at on: seq, author_id, the
 * author's display_name and kind, body, client_id, reply_to, created_at, edited_at,
 * deleted. */
struct message message_from_row(struct stmt *s, int at, int64_t group,
                                struct arena *arena);

/* E_NOT_FOUND when this seq is no message. Deleted ones are found. */
must_check enum err messages_get(struct db *db, int64_t group, int64_t seq,
                                 struct arena *arena, struct message *out);
/* The author's message with this client_id; *found says whether there is one. */
must_check enum err messages_by_client_id(struct db *db, int64_t group, int64_t author,
                                          struct str client_id, struct arena *arena,
                                          struct message *out, bool *found);

/* A piece of the history, ascending. before and after exclude their seq, around
 * includes it: half of the limit up to it, the rest behind. Inside a read transaction,
 * so that has_before, has_after and the caller's head fit together. */
enum messages_where {
    MESSAGES_LATEST,
    MESSAGES_BEFORE,
    MESSAGES_AFTER,
    MESSAGES_AROUND
};

struct messages_list {
    struct message *items;
    size_t len;
    bool has_before;
    bool has_after;
};
must_check enum err messages_list(struct db *db, int64_t group,
                                  enum messages_where where, int64_t seq, int64_t limit,
                                  struct arena *arena, struct messages_list *out);

#endif
