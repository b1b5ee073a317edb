/* Refusals as application/problem+json (RFC 9457). Two answers of one kind differ only in
 * "instance", which is the request's id. */
#ifndef MOOTHALL_API_PROBLEM_H
#define MOOTHALL_API_PROBLEM_H

#include "api/http.h"

struct field_error {
    struct field_error *next;
    const char *field; /* in the arena, or constant */
    const char *message;
};

void problem_write(struct buf *out, const struct request *rq, enum err e);

#endif
