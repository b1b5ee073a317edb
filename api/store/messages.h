/* Messages: the rows, the one way their JSON looks, posting and reading. A message is
 * known by the seq of the event that made it. */
#ifndef MOOTHALL_API_STORE_MESSAGES_H
#define MOOTHALL_API_STORE_MESSAGES_H

#include "api/store/caller.h"
#include "api/store/writer.h"
#include "lib/json.h"

enum {
    MESSAGE_BODY_MAX = 8000,    /* characters, of the trimmed body */
    MESSAGE_BODY_BYTES = 65536, /* as stored: blanks around it, too */
    MESSAGE_CLIENT_ID_MAX = 64, /* characters */
};

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
 * deleted (MESSAGE_COLUMNS of them). */
enum { MESSAGE_COLUMNS = 10 };
struct message message_from_row(struct stmt *s, int at, int64_t group,
                                struct arena *arena);

#endif
