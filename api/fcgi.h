/* The adapter of libfcgi: one FastCGI request at a time on a connection that somebody else
 * accepted. One per worker thread. */
#ifndef MOOTHALL_API_FCGI_H
#define MOOTHALL_API_FCGI_H

#include "lib/str.h"

struct fcgi;

void fcgi_init(void); /* once, before any thread */
struct fcgi *fcgi_create(void);
void fcgi_destroy(struct fcgi *f);

/* Waits until the connection has brought a whole request, and reads its parameters. nginx
 * sends one in one go, so that this hardly ever waits; few threads may do so at a time, and
 * not for long. False when what came is no request: the connection is closed then. */
must_check bool fcgi_begin(struct fcgi *f, int fd);
struct str fcgi_param(struct fcgi *f, const char *name); /* absent: STR_NONE */
/* Up to len bytes of the body; fewer at its end. */
size_t fcgi_read(struct fcgi *f, char *out, size_t len);
void fcgi_write(struct fcgi *f, struct str bytes);
/* Ends the request. The connection, if the peer keeps it and it is whole; else -1. */
int fcgi_finish(struct fcgi *f);

#endif
