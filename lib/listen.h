/* Where a daemon listens: a unix socket of its own, or one that systemd passed. */
#ifndef MOOTHALL_LIB_LISTEN_H
#define MOOTHALL_LIB_LISTEN_H

#include <sys/types.h>

/* The socket of sd_listen_fds(3), if exactly one was passed to this process; else a
 * non-blocking socket at path with that mode (a stale one is replaced). -1: logged. */
int listen_systemd_or_unix(const char *path, mode_t mode);
int listen_unix(const char *path, mode_t mode);

#endif
