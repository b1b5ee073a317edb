/* How far a member has read a group, and what is left to read. */
#ifndef MOOTHALL_API_STORE_READING_H
#define MOOTHALL_API_STORE_READING_H

#include "api/store/caller.h"
#include "api/store/writer.h"
#include "lib/json.h"

struct reading {
    int64_t read_seq;
    int64_t unread;   /* others' undeleted messages after it: exact to 99, then 100 */
    int64_t mentions; /* of this member after it: likewise */
};

must_check enum err reading_count(struct db *db, int64_t group, int64_t user,
                                  int64_t read_seq, struct reading *out);
/* Three members: "read_seq", "unread", "mentions". */
void reading_write(struct json_writer *w, const struct reading *r);

/* Inside a job: forward only, at most to the head; a smaller seq changes nothing. Tells
 * the member's other devices when it moved. */
must_check enum err reading_move(struct tx *tx, const struct caller *who, int64_t group,
                                 int64_t seq, struct reading *out);

#endif
