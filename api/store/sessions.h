/* Sessions: one row a sign-in or API token. The token is told once and nowhere kept; the
 * row holds its digest. A session ends when it was unused for 90 days. */
#ifndef MOOTHALL_API_STORE_SESSIONS_H
#define MOOTHALL_API_STORE_SESSIONS_H

#include "api/store/caller.h"
#include "api/store/writer.h"
#include "lib/json.h"

enum { SESSION_TOKEN_SIZE = 3 + 43 + 1 }; /* "mh_", 32 bytes in base64url, NUL */

#define SESSION_UNUSED_MS (INT64_C(90) * 24 * 60 * 60 * 1000)
#define SESSION_TOUCH_MS  (INT64_C(24) * 60 * 60 * 1000)

/* The credential's bearer. out->user = 0: no such session, expired, or suspended. */
must_check enum err sessions_authenticate(struct db *db, struct str token,
                                          int64_t now_ms, struct arena *arena,
                                          struct caller *out);
/* The same for a session known by its id, for this user. */
must_check enum err sessions_load(struct db *db, int64_t session, int64_t user,
                                  int64_t now_ms, struct arena *arena,
                                  struct caller *out);
/* Does this session still stand, for this user? */
must_check enum err sessions_stand(struct db *db, int64_t session, int64_t user,
                                   int64_t now_ms, bool *stands);
/* Prolongs a session whose caller says touch; returns at once, may be dropped. */
void sessions_touch(struct writer *w, const struct caller *who);

/* Inside a job. label: what signed in (a User-Agent), ptr NULL: unknown. */
must_check enum err sessions_make(struct tx *tx, int64_t user, struct str label,
                                  char token[SESSION_TOKEN_SIZE]);
/* Ends it and its sockets. E_NOT_FOUND unless it is this user's sign-in. */
must_check enum err sessions_end(struct tx *tx, int64_t user, int64_t session);
/* All sign-ins of a user but one (0: all), with their sockets. */
must_check enum err sessions_end_others(struct tx *tx, int64_t user, int64_t but);
/* All sign-ins and API tokens of a user, with their sockets. */
must_check enum err sessions_end_all(struct tx *tx, int64_t user);
/* Deletes up to count rows that expired: E_OK, and *more when some may be left. */
must_check enum err sessions_purge(struct tx *tx, int64_t count, bool *more);

/* The sign-ins of a user, newest first, at most limit + 1. */
struct session {
    int64_t id;
    struct str label;
    int64_t created_at;
    int64_t used_at;
    int64_t expires_at;
};

struct session_page {
    int64_t before; /* created_at and id of the last row of the page before; */
    int64_t before_id;
    int64_t limit;
};
must_check enum err sessions_list(struct db *db, int64_t user, int64_t now_ms,
                                  const struct session_page *page, struct arena *arena,
                                  struct session **rows, size_t *len);
void session_write(struct json_writer *w, const struct session *s, bool is_current);

#endif
