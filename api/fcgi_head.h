/* Judges the bytes of a FastCGI request before libfcgi sees them: libfcgi trusts the
 * lengths that it is told, allocates what they say, and waits for what is announced. It is
 * given only requests that are whole and whose lengths agree, so that nonsense costs
 * nothing but its own connection. Knows bytes, touches no socket. */
#ifndef MOOTHALL_API_FCGI_HEAD_H
#define MOOTHALL_API_FCGI_HEAD_H

#include "lib/str.h"

enum {
    FCGI_PARAMS_MAX = 64 * 1024, /* names, values and their lengths */
    FCGI_PARAMS_COUNT_MAX = 1000,
    /* Room for the largest request: parameters, a body of 64 KiB, and all record heads. */
    FCGI_REQUEST_MAX = 192 * 1024,
};

enum fcgi_verdict {
    FCGI_MORE,  /* good so far, and unfinished */
    FCGI_WHOLE, /* one request; or one whose body alone exceeds FCGI_REQUEST_MAX */
    FCGI_BAD,
};

/* bytes: all that has come so far; at most FCGI_REQUEST_MAX. */
enum fcgi_verdict fcgi_judge(struct str bytes);

#endif
