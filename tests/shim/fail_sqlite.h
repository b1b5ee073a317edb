/* Lets SQLite fail at will, in a test program: the N-th write, fsync or allocation from
 * now on. A VFS over the usual one, and the hooks of its allocator. Nothing is really
 * synced: what was written and not yet synced is kept count of instead, so that a test
 * can say "what was promised is on disk" without waiting for one. */
#ifndef MOOTHALL_TESTS_SHIM_FAIL_SQLITE_H
#define MOOTHALL_TESTS_SHIM_FAIL_SQLITE_H

#include <stdbool.h>

enum fail_kind { FAIL_NOTHING, FAIL_WRITE, FAIL_FULL, FAIL_SYNC, FAIL_ALLOC };

/* Once, before SQLite is used. */
void fail_install(void);
/* The n-th call (from 1) of this kind fails; with forever, all after it as well. A
 * failing write leaves half of its bytes behind (FAIL_WRITE) or none (FAIL_FULL). */
void fail_arm(enum fail_kind kind, int n, bool forever);
void fail_disarm(void);
bool fail_happened(void); /* since fail_arm */
/* Whether the write-ahead log holds bytes that no successful fsync has followed. */
bool fail_wal_is_dirty(void);

#endif
