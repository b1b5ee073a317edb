/* The routes: one row an endpoint. A gate has run before its handler is called. */
#ifndef MOOTHALL_API_ROUTES_H
#define MOOTHALL_API_ROUTES_H

#include "api/http.h"
#include "api/limits.h"

enum gate {
    GATE_ANYONE,
    GATE_USER,      /* signed in */
    GATE_FULL_USER, /* signed in, and no guest */
    GATE_SERVER_ADMIN,
    GATE_GROUP_ANY,  /* signed in; the group is loaded, and may be absent */
    GATE_GROUP_READ, /* from here on: access_level of the same name */
    GATE_GROUP_MEMBER,
    GATE_GROUP_POST,
    GATE_GROUP_INVITE,
    GATE_GROUP_ADMIN,
    GATE_GROUP_OWNER,
};

struct route {
    enum method method;
    const char *pattern; /* after /api/v1; {name} stands for one segment */
    enum gate gate;
    enum limit limit; /* besides LIMIT_REQUESTS */
    handler_fn *handler;
};

extern const struct route routes[];
extern const size_t route_count;
/* The same for paths that are not below /api/v1. */
extern const struct route outside_routes[];
extern const size_t outside_route_count;

/* Finds the route for rq->method and rq->path and fills in the path's names.
 * E_NOT_FOUND, or E_METHOD_NOT_ALLOWED with *methods a set of 1 << enum method. */
must_check enum err router_find(struct request *rq, const struct route **out,
                                unsigned *methods);

/* Authenticates by token ("" when there is none), checks CSRF, gate and limits. */
must_check enum err gate_pass(struct request *rq, const struct route *route,
                              struct str bearer, struct str cookie);

#endif
