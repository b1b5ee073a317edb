/* From FastCGI parameters to a struct request, and from a response to bytes. */
#ifndef MOOTHALL_API_REQUEST_H
#define MOOTHALL_API_REQUEST_H

#include "api/fcgi.h"
#include "api/http.h"

enum { REQUEST_BODY_MAX = 64 * 1024 };

struct credentials {
    struct str bearer; /* ptr NULL: none */
    struct str cookie;
};

/* Fills rq from the parameters and reads the body. What it refuses has rq->id, so that a
 * problem can be written. *options: it is an OPTIONS request. */
must_check enum err request_read(struct request *rq, struct fcgi *f,
                                 struct credentials *c, bool *options);

const char *request_method_name(const struct request *rq, bool options);

/* The value of a cookie in a Cookie header (RFC 6265 §5.4); ptr NULL when it is not there,
 * or there twice: then nobody can tell which one is ours. */
struct str cookie_find(struct str header, struct str name);
const char *cookie_name(const struct settings *s);

#endif
