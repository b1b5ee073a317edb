/* The connections of the FastCGI socket. All workers wait in one epoll: for new
 * connections and for requests on idle ones, so that a connection that says nothing holds
 * no thread. Bounded: at the bound, new ones wait in the kernel's backlog. Any thread. */
#ifndef MOOTHALL_API_ACCEPT_H
#define MOOTHALL_API_ACCEPT_H

#include "lib/err.h"
#include "lib/str.h"

struct acceptor;

/* Listens at path (mode 0660; a stale socket is replaced), or takes the socket that
 * systemd passed (sd_listen_fds(3): LISTEN_FDS=1). */
must_check enum err acceptor_open(struct acceptor **out, const char *path);
void acceptor_close(struct acceptor *a); /* after all workers have ended */
/* Listens no more; acceptor_wait is NULL as soon as no request waits any more. */
void acceptor_stop(struct acceptor *a);

struct connection;
/* Waits for a connection on which a request has begun. NULL when stopping. */
struct connection *acceptor_wait(struct acceptor *a);
int connection_fd(const struct connection *c);
/* Gives it back: fd as fcgi_finish returned it; -1: it is closed already. */
void acceptor_return(struct acceptor *a, struct connection *c, int fd);

#endif
