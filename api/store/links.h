/* One-time links: the first admin's, and that of a forgotten password. The code is told
 * once; the row holds its digest. */
#ifndef MOOTHALL_API_STORE_LINKS_H
#define MOOTHALL_API_STORE_LINKS_H

#include "api/store/writer.h"

enum { LINK_CODE_SIZE = 43 + 1 }; /* 32 bytes in base64url, NUL */

/* Each a job of its own. An admin link stands for a day, a reset link for an hour; a new
 * reset link of a user ends the older ones. E_NOT_FOUND: no member has that name. */
must_check enum err links_make_admin(struct writer *w, struct arena *arena,
                                     char code[LINK_CODE_SIZE]);
must_check enum err links_make_reset(struct writer *w, struct arena *arena,
                                     struct str username, char code[LINK_CODE_SIZE]);

/* At start: is nobody admin yet? */
must_check enum err links_admin_needed(const char *database, bool *needed);

/* Before a password is hashed for it: E_NOT_FOUND. */
must_check enum err links_find_reset(struct db *db, struct str code, int64_t now_ms,
                                     int64_t *user);

/* Inside a job. Each works once. E_NOT_FOUND for one that is not there, used or expired. */
must_check enum err links_use_admin(struct tx *tx, int64_t user, struct str code);
/* The new password's hash; all sessions of the user end. */
must_check enum err links_use_reset(struct tx *tx, struct str code,
                                    struct str password_hash);

#endif
